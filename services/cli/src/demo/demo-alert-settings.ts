import type { AlertSettings } from '../compose/alert-settings.ts'

/** In a time-lapse two seconds are minutes: whoever watches should not wait for the next judgement. */
const eventMinutesPerJudgement = 2

/** The settings as they are, judged more often: the rules and their thresholds stay those of everybody. */
export function judgedOften(settings: AlertSettings, speed: number): AlertSettings {
  const everySeconds = Math.max(0.5, (eventMinutesPerJudgement * 60) / speed)
  return {
    ...settings,
    config: () => {
      const config = settings.config()
      return { ...config, every_seconds: Math.min(config.every_seconds, everySeconds) }
    },
  }
}

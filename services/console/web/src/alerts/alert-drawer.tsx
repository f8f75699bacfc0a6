import { ApiError, useAlert } from '../api.ts'
import { showView } from '../address.ts'
import { Drawer, DrawerNotice } from '../parts/drawer.tsx'
import { AlertExplanation } from './alert-explanation.tsx'

interface AlertDrawerProps {
  readonly id: string
  /** By the server's clock. */
  readonly now: number
  readonly timeZone: string
}

/** What an alert is about, with everything that is needed to check it. */
export function AlertDrawer({ id, now, timeZone }: AlertDrawerProps) {
  const { data, error } = useAlert(id)
  const unknown = error instanceof ApiError && error.status === 404
  return (
    <Drawer title="What this alert is about" open={id !== ''} onClose={() => showView({ alert: '' })}>
      {data && <AlertExplanation detail={data} now={now} timeZone={timeZone} />}
      {!data && <DrawerNotice error={error} absent={unknown && 'No alert has this id.'} />}
    </Drawer>
  )
}

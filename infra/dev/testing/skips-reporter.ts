import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** Prints at the end which tests were skipped and why, one line per reason: a missing backend is said, never hidden. */
export default class SkipsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const reasons = new Map<string, { tests: number; files: Set<string> }>()
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const reason = reasonOf(test)
        const entry = reasons.get(reason) ?? { tests: 0, files: new Set<string>() }
        entry.tests += 1
        entry.files.add(module.relativeModuleId)
        reasons.set(reason, entry)
      }
    }
    for (const [reason, { tests, files }] of reasons) {
      console.log(`skipped ${tests} ${tests === 1 ? 'test' : 'tests'}: ${reason} (${[...files].join(', ')})`)
    }
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result()
  if (result.state === 'skipped' && result.note) return result.note
  // `skipIf(...)` has nowhere to put a reason: the name of the suite, or of the test alone, says it
  return test.parent.type === 'suite' ? test.parent.fullName : test.name
}

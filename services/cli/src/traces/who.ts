import { fractionsOf, picked, weighted } from './seeded.ts'

const segments = [
  { weight: 55, name: 'free' },
  { weight: 35, name: 'pro' },
  { weight: 10, name: 'enterprise' },
]
const customers = ['acme', 'globex', 'initech', 'umbrella', 'hooli', 'stark', 'wayne', 'tyrell']

export interface Population {
  readonly users: number
  readonly environments: readonly { readonly weight: number; readonly name: string }[]
}

/** Who asks the imagined company's services, and where: the same label is always the same person. */
export function whoOf(label: string, { users, environments }: Population) {
  const [ofUser, ofEnvironment, ofSegment, ofCustomer] = fractionsOf(`${label}/who`)
  return {
    // Squared: a few users and customers make most of the traffic.
    customer: picked(customers, ofCustomer * ofCustomer),
    user: `u${String(Math.floor(ofUser * ofUser * users)).padStart(3, '0')}`,
    user_segment: weighted(segments, ofSegment).name,
    environment: weighted(environments, ofEnvironment).name,
  }
}

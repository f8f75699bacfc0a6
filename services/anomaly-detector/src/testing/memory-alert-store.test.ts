import { describeAlertStoreContract } from './alert-store-contract.ts'
import { createMemoryAlertStore } from './memory-alert-store.ts'

describeAlertStoreContract('the memory store', async () => createMemoryAlertStore())

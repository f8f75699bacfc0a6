import { ApiError, useExplanation } from '../api.ts'
import { showView } from '../address.ts'
import { Drawer, DrawerNotice } from '../parts/drawer.tsx'
import { ChargeExplanation } from './charge-explanation.tsx'

/** How a charge came to its cost. */
export function ChargeDrawer({ id, timeZone }: { id: string; timeZone: string }) {
  const { data, error } = useExplanation(id)
  const unknown = error instanceof ApiError && error.status === 404
  return (
    <Drawer title="How this charge came about" open={id !== ''} onClose={() => showView({ charge: '' })}>
      {data && <ChargeExplanation charge={data} timeZone={timeZone} />}
      {!data && <DrawerNotice error={error} absent={unknown && 'No charge has this id.'} />}
    </Drawer>
  )
}

/** Of what is estimated, wherever it is drawn. */
export const estimateColor = '--estimate'

/** What estimates look like in the chart, for a legend. */
export function EstimateSwatch() {
  return <span aria-hidden="true" className="estimate-swatch size-2.5 shrink-0 rounded-[3px]" />
}

/** ISO 8601 from milliseconds as ClickHouse gives them. */
export function instant(milliseconds: string): string {
  return new Date(Number(milliseconds)).toISOString()
}

/** Names whose strings are no text that a model read or wrote: labels, addresses, encoded pictures and vectors. */
const labels = new Set(
  (
    'b64_json created_at data embedding encrypted_content event_id file_id finish_reason id media_type mime_type ' +
    'mimeType model model_name model_version modelVersion name object role service_tier signature status ' +
    'stop_reason system_fingerprint thoughtSignature tool_call_id type url user vector'
  ).split(' '),
)

/** Do strings under this name count as said? */
export function isSaid(key: string): boolean {
  return !labels.has(key)
}

/**
 * What Slack takes in a message, in UTF-16 code units of the text as it is sent (escapes count as written). Past one of
 * these it refuses the whole message with 400. Source: Slack's reference of blocks and text objects, and the
 * `chat.postMessage` page for `text`. The whole of a message's blocks has an undocumented limit too, seen from 13,000 up
 * (`msg_blocks_too_long`, slackapi/bolt-js issue 2509); messages here are kept below a third of it.
 */
export const slackLimits = {
  blocks: 50,
  headerText: 150,
  sectionText: 3000,
  sectionFields: 10,
  sectionFieldText: 2000,
  contextElements: 10,
  contextText: 2000,
  /** Recommended; it is cut at 40,000. */
  messageText: 4000,
  allBlocksText: 12_000,
} as const

import { slackLimits as limits } from '../limits.ts'

/**
 * What Slack's own check of a message refuses, for the blocks that we send: unknown fields and types, empty and over-long
 * texts, too many of anything. Every problem, in words; none for a message that Slack takes.
 */
export function checkMessage(payload: unknown): string[] {
  const problems: string[] = []
  const message = fieldsOf(payload, 'message', ['text', 'mrkdwn', 'unfurl_links', 'unfurl_media', 'blocks'], problems)
  checkText(message['text'], 'text', limits.messageText, problems)
  const blocks = listOf(message['blocks'], 'blocks', limits.blocks, problems)
  blocks.forEach((block, index) => checkBlock(block, `blocks[${index}]`, problems))
  const size = JSON.stringify(blocks).length
  if (size > limits.allBlocksText) problems.push(`blocks: ${size} characters together`)
  return problems
}

function checkBlock(block: unknown, where: string, problems: string[]): void {
  const { type } = (block ?? {}) as { type?: unknown }
  if (type === 'header') {
    const { text } = fieldsOf(block, where, ['type', 'text'], problems)
    checkTextObject(text, `${where}.text`, limits.headerText, ['plain_text'], problems)
  } else if (type === 'section') {
    const { text, fields } = fieldsOf(block, where, ['type', 'text', 'fields'], problems)
    if (text === undefined && fields === undefined) problems.push(`${where}: neither text nor fields`)
    if (text !== undefined) checkTextObject(text, `${where}.text`, limits.sectionText, anyText, problems)
    if (fields === undefined) return
    listOf(fields, `${where}.fields`, limits.sectionFields, problems).forEach((field, index) =>
      checkTextObject(field, `${where}.fields[${index}]`, limits.sectionFieldText, anyText, problems),
    )
  } else if (type === 'context') {
    const { elements } = fieldsOf(block, where, ['type', 'elements'], problems)
    listOf(elements, `${where}.elements`, limits.contextElements, problems).forEach((element, index) =>
      checkTextObject(element, `${where}.elements[${index}]`, limits.contextText, anyText, problems),
    )
  } else if (type === 'divider') fieldsOf(block, where, ['type'], problems)
  else problems.push(`${where}: unknown type ${JSON.stringify(type)}`)
}

const anyText = ['plain_text', 'mrkdwn'] as const

function checkTextObject(
  value: unknown,
  where: string,
  most: number,
  types: readonly string[],
  problems: string[],
): void {
  const { type, text, verbatim, emoji } = fieldsOf(value, where, ['type', 'text', 'verbatim', 'emoji'], problems)
  if (typeof type !== 'string' || !types.includes(type)) problems.push(`${where}: type ${JSON.stringify(type)}`)
  if (verbatim !== undefined && type !== 'mrkdwn') problems.push(`${where}: verbatim is for mrkdwn only`)
  if (emoji !== undefined && type !== 'plain_text') problems.push(`${where}: emoji is for plain_text only`)
  checkText(text, `${where}.text`, most, problems)
}

function checkText(text: unknown, where: string, most: number, problems: string[]): void {
  if (typeof text !== 'string' || text.trim() === '') problems.push(`${where}: no text`)
  else if (text.length > most) problems.push(`${where}: ${text.length} characters, at most ${most} are taken`)
}

function listOf(value: unknown, where: string, most: number, problems: string[]): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) {
    problems.push(`${where}: not a list of something`)
    return []
  }
  if (value.length > most) problems.push(`${where}: ${value.length} items, at most ${most} are taken`)
  return value
}

function fieldsOf(
  value: unknown,
  where: string,
  known: readonly string[],
  problems: string[],
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(`${where}: not an object`)
    return {}
  }
  const unknown = Object.keys(value).filter((name) => !known.includes(name))
  if (unknown.length > 0) problems.push(`${where}: unknown ${unknown.join(', ')}`)
  return value as Record<string, unknown>
}

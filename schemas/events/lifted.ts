export const liftedPrefix = 'spanledger.lifted.'

/**
 * Attributes that stand for content: made where content is removed, out of what the ledger needs from it. No other
 * attribute holds anything of a prompt or an answer.
 */
export const lifted = {
  /** The provider's id of the response, found in a recorded answer. */
  responseId: 'spanledger.lifted.response_id',
  /** The model that was asked for, found in recorded parameters. */
  requestModel: 'spanledger.lifted.request_model',
  /** The tier that served the request, or was asked for where the answer does not say. */
  serviceTier: 'spanledger.lifted.service_tier',
  /** A provider's own usage block found in a recorded answer, as JSON of counts alone. */
  usage: 'spanledger.lifted.usage',
  /** How many characters were sent, and answered. */
  inputCharacters: 'spanledger.lifted.input_characters',
  outputCharacters: 'spanledger.lifted.output_characters',
} as const

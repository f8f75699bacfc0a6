/** What stands in for Slack in tests of the whole: it checks what it is sent as Slack does, and answers as it is told. */
export * from '@spanledger/anomaly-detector/slack/testing/slack-receiver'

# What decouples: queues, topics, buses, schedules and streams.

# What compute sends messages to, what it reads in order, and what a function polls.
set "message_sink" {
  types = [
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_kinesis_stream",
    "aws_cloudwatch_event_bus",
  ]
}

set "shard_source" {
  types = [
    "aws_kinesis_stream",
    "aws_kinesis_stream_consumer",
    "aws_dynamodb_table",
  ]
}

set "polled_source" {
  types = [
    "aws_kinesis_stream",
    "aws_kinesis_stream_consumer",
    "aws_dynamodb_table",
    "aws_sqs_queue",
    "aws_msk_cluster",
    "aws_mq_broker",
  ]
}

# Managed services span the Region by themselves: they stand in no zone, and AWS runs more than one.
resource "aws_sqs_queue" {
  role   = "queue"
  zones  = []
  copies = 2
}

link "aws_sqs_queue" "redrive_policy" {
  to    = "aws_sqs_queue"
  means = "redrives_to"
}

link "aws_sqs_queue_redrive_policy" "queue_url" {
  to    = "aws_sqs_queue"
  means = "configures"
}

join "aws_sqs_queue_redrive_policy" {
  from  = "queue_url"
  to    = "redrive_policy"
  means = "redrives_to"
}

link "aws_sqs_queue_policy" "queue_url" {
  to    = "aws_sqs_queue"
  means = "configures"
}

resource "aws_sns_topic" {
  role   = "topic"
  zones  = []
  copies = 2
}

join "aws_sns_topic_subscription" {
  from  = "topic_arn"
  to    = "endpoint"
  means = "subscribes"
}

join "aws_sns_topic_subscription" {
  from  = "topic_arn"
  to    = "endpoint"
  means = "async_invokes"
  when  = self.protocol == "lambda"
}

join "aws_sns_topic_subscription" {
  from  = "topic_arn"
  to    = "endpoint"
  means = "sends"
  when  = self.protocol == "sqs"
}

link "aws_sns_topic_subscription" "redrive_policy" {
  to    = "aws_sqs_queue"
  means = "redrives_to"
}

link "aws_chatbot_slack_channel_configuration" "sns_topic_arns" {
  to      = "aws_sns_topic"
  means   = "subscribes"
  reverse = true
}

link "aws_chatbot_teams_channel_configuration" "sns_topic_arns" {
  to      = "aws_sns_topic"
  means   = "subscribes"
  reverse = true
}

resource "aws_cloudwatch_event_bus" {
  role   = "bus"
  zones  = []
  copies = 2
}

resource "aws_cloudwatch_event_rule" {
  role   = "bus"
  zones  = []
  copies = 2
}

link "aws_cloudwatch_event_rule" "event_bus_name" {
  to    = "aws_cloudwatch_event_bus"
  means = "member_of"
  by    = "name"
}

link "aws_cloudwatch_event_target" "rule" {
  to    = "aws_cloudwatch_event_rule"
  means = "configures"
  by    = "name"
}

join "aws_cloudwatch_event_target" {
  from  = "rule"
  to    = "arn"
  means = "async_invokes"
  when  = length(refs(self.arn, "aws_lambda_function", "aws_lambda_alias")) > 0
}

join "aws_cloudwatch_event_target" {
  from  = "rule"
  to    = "arn"
  means = "sends"
  when  = length(refs(self.arn, "queue", "topic", "stream", "bus")) > 0
}

link "aws_cloudwatch_event_target" "dead_letter_config.arn" {
  to    = "aws_sqs_queue"
  means = "redrives_to"
}

resource "aws_scheduler_schedule" {
  role   = "bus"
  zones  = []
  copies = 2
}

link "aws_scheduler_schedule" "target.arn" {
  to    = "aws_lambda_function"
  means = "async_invokes"
}

link "aws_scheduler_schedule" "target.arn" {
  to    = ["aws_sqs_queue", "aws_sns_topic", "aws_kinesis_stream"]
  means = "sends"
}

link "aws_scheduler_schedule" "target.dead_letter_config.arn" {
  to    = "aws_sqs_queue"
  means = "redrives_to"
}

link "aws_scheduler_schedule" "target.role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

resource "aws_pipes_pipe" {
  role   = "bus"
  zones  = []
  copies = 2
}

link "aws_pipes_pipe" "source" {
  to    = ["aws_sqs_queue", "aws_kinesis_stream", "aws_dynamodb_table"]
  means = "consumes"
}

link "aws_pipes_pipe" "target" {
  to    = "message_sink"
  means = "sends"
}

link "aws_pipes_pipe" "target" {
  to    = "aws_lambda_function"
  means = "async_invokes"
}

resource "aws_kinesis_stream" {
  role   = "stream"
  zones  = []
  copies = 2
}

link "aws_kinesis_stream_consumer" "stream_arn" {
  to    = "aws_kinesis_stream"
  means = "consumes"
}

resource "aws_kinesis_firehose_delivery_stream" {
  role   = "stream"
  zones  = []
  copies = 2
}

link "aws_kinesis_firehose_delivery_stream" "kinesis_source_configuration.kinesis_stream_arn" {
  to    = "aws_kinesis_stream"
  means = "consumes"
}

link "aws_kinesis_firehose_delivery_stream" "extended_s3_configuration.bucket_arn" {
  to    = "aws_s3_bucket"
  means = "reads_writes"
}

define "capacity" {
  of = "aws_kinesis_stream"
  is = { shard_count = self.stream_mode_details[0].stream_mode == "ON_DEMAND" ? null : self.shard_count }
}

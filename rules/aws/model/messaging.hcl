# What decouples: queues, topics, buses, schedules and streams.

# What compute sends messages to, what it reads in order, and what a function polls.
set "message_sink" {
  types = [
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_kinesis_stream",
    "aws_kinesis_firehose_delivery_stream",
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

# Where what a pipe cannot deliver goes.
link "aws_pipes_pipe" "source_parameters.dynamodb_stream_parameters.dead_letter_config.arn" {
  to    = ["aws_sqs_queue", "aws_sns_topic"]
  means = "redrives_to"
}

link "aws_pipes_pipe" "source_parameters.kinesis_stream_parameters.dead_letter_config.arn" {
  to    = ["aws_sqs_queue", "aws_sns_topic"]
  means = "redrives_to"
}

link "awscc_pipes_pipe" "source_parameters.dynamo_db_stream_parameters.dead_letter_config.arn" {
  to    = ["aws_sqs_queue", "aws_sns_topic"]
  means = "redrives_to"
}

link "awscc_pipes_pipe" "source_parameters.kinesis_stream_parameters.dead_letter_config.arn" {
  to    = ["aws_sqs_queue", "aws_sns_topic"]
  means = "redrives_to"
}

# What a bus cannot deliver to any target.
link "aws_cloudwatch_event_bus" "dead_letter_config.arn" {
  to    = "aws_sqs_queue"
  means = "redrives_to"
}

# What an action of an IoT rule fails to handle.
link "aws_iot_topic_rule" "error_action.sqs.queue_url" {
  to    = "aws_sqs_queue"
  means = "redrives_to"
}

link "aws_iot_topic_rule" "error_action.sns.target_arn" {
  to    = "aws_sns_topic"
  means = "redrives_to"
}

link "aws_iot_topic_rule" "error_action.s3.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

link "aws_iot_topic_rule" "error_action.kinesis.stream_name" {
  to    = "aws_kinesis_stream"
  means = "redrives_to"
  by    = "name"
}

link "aws_iot_topic_rule" "error_action.firehose.delivery_stream_name" {
  to    = "aws_kinesis_firehose_delivery_stream"
  means = "redrives_to"
  by    = "name"
}

# Records that a flow cannot write.
link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.custom_connector.error_handling_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.event_bridge.error_handling_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.honeycode.error_handling_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.marketo.error_handling_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.redshift.error_handling_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.salesforce.error_handling_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.sapo_data.error_handling_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.snowflake.error_handling_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.zendesk.error_handling_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
  by    = "bucket"
}

# Where a customer profile domain and a crawler put what they cannot handle.
link "aws_customerprofiles_domain" "dead_letter_queue_url" {
  to    = "aws_sqs_queue"
  means = "redrives_to"
}

link "aws_glue_crawler" "s3_target.dlq_event_queue_arn" {
  to    = "aws_sqs_queue"
  means = "redrives_to"
}

link "aws_glue_crawler" "catalog_target.dlq_event_queue_arn" {
  to    = "aws_sqs_queue"
  means = "redrives_to"
}

define "capacity" {
  of = "aws_kinesis_stream"
  is = { shard_count = self.stream_mode_details[0].stream_mode == "ON_DEMAND" ? null : self.shard_count }
}

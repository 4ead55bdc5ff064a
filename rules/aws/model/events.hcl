# Events on their way, besides messaging.hcl: what rules, schedules and pipes start, destinations, mail, devices, streams of video.

# A rule or a schedule starts these and does not wait for them.
set "started" {
  types = [
    "aws_lambda_function",
    "aws_lambda_alias",
    "aws_sfn_state_machine",
    "aws_sfn_alias",
    "aws_ecs_task_definition",
    "aws_codebuild_project",
    "aws_codepipeline",
    "aws_glue_job",
    "aws_glue_workflow",
    "aws_kinesis_firehose_delivery_stream",
    "aws_api_gateway_rest_api",
    "aws_cloudwatch_event_api_destination",
    "aws_appsync_graphql_api",
    "aws_ssm_document",
    "aws_batch_job_queue",
    "aws_redshift_cluster",
    "aws_redshiftserverless_workgroup",
    "aws_imagebuilder_image_pipeline",
    "aws_ssmincidents_response_plan",
  ]
}

join "aws_cloudwatch_event_target" {
  from  = "rule"
  to    = "arn"
  means = "async_invokes"
  when = (
    length(refs(self.arn, "started")) > 0
    && length(refs(self.arn, "aws_lambda_function", "aws_lambda_alias", "queue", "topic", "stream", "bus")) == 0
  )
}

join "aws_cloudwatch_event_target" {
  from  = "rule"
  to    = "ecs_target.task_definition_arn"
  means = "async_invokes"
}

join "aws_cloudwatch_event_target" {
  from  = "rule"
  to    = "arn"
  means = "logs_to"
  when  = length(refs(self.arn, "aws_cloudwatch_log_group")) > 0
}

link "aws_cloudwatch_event_target" "rule" {
  to    = "aws_cloudwatch_event_rule"
  means = "refers"
  by    = "name"
}

# A bucket that tells EventBridge of its objects: the rules that ask for its name hear of them.
edge "aws_s3_bucket" {
  to = (
    anytrue([for n in referrers(self, "configures", "aws_s3_bucket_notification") : n.eventbridge == true])
    ? resources("aws_cloudwatch_event_rule")
    : []
  )
  means = "sends"
  when  = strcontains(default(other.event_pattern, ""), "\"${self.bucket}\"")
}

link "aws_scheduler_schedule" "target.arn" {
  to    = "started"
  means = "async_invokes"
}

link "aws_scheduler_schedule" "target.ecs_parameters.task_definition_arn" {
  to    = "aws_ecs_task_definition"
  means = "async_invokes"
}

link "aws_scheduler_schedule" "target.arn" {
  to    = "aws_cloudwatch_event_bus"
  means = "sends"
}

# A universal target names the call; what it calls stands in the input.
link "aws_scheduler_schedule" "target.input" {
  to    = ["aws_sqs_queue", "aws_sns_topic"]
  means = "sends"
}

link "aws_scheduler_schedule" "target.input" {
  to    = ["aws_lambda_function", "aws_sfn_state_machine", "aws_glue_job"]
  means = "async_invokes"
}

link "aws_scheduler_schedule" "group_name" {
  to    = "aws_scheduler_schedule_group"
  means = "member_of"
  by    = "name"
}

resource "aws_scheduler_schedule_group" {
  role   = "other"
  zones  = []
  copies = 2
}

# Pipes: brokers as sources, what enriches an event on its way, and every kind of target.
link "aws_pipes_pipe" "source" {
  to    = ["aws_msk_cluster", "aws_mq_broker"]
  means = "consumes"
}

link "aws_pipes_pipe" "target" {
  to    = ["aws_sfn_state_machine", "aws_ecs_cluster", "aws_api_gateway_rest_api", "aws_cloudwatch_event_api_destination", "aws_redshift_cluster", "aws_sagemaker_endpoint"]
  means = "async_invokes"
}

link "aws_pipes_pipe" "target_parameters.ecs_task_parameters.task_definition_arn" {
  to    = "aws_ecs_task_definition"
  means = "async_invokes"
}

link "aws_pipes_pipe" "enrichment" {
  to    = ["aws_lambda_function", "aws_lambda_alias", "aws_sfn_state_machine", "aws_api_gateway_rest_api", "aws_cloudwatch_event_api_destination"]
  means = "invokes"
}

link "aws_pipes_pipe" "log_configuration.cloudwatch_logs_log_destination.log_group_arn" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
}

link "aws_pipes_pipe" "role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

# Calls to the outside.
resource "aws_cloudwatch_event_api_destination" {
  role   = "other"
  zones  = []
  copies = 2
}

resource "aws_cloudwatch_event_connection" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_cloudwatch_event_api_destination" "connection_arn" {
  to    = "aws_cloudwatch_event_connection"
  means = "uses"
}

resource "aws_cloudwatch_event_endpoint" {
  role   = "bus"
  zones  = []
  copies = 2
}

link "aws_cloudwatch_event_endpoint" "event_bus.event_bus_arn" {
  to    = "aws_cloudwatch_event_bus"
  means = "forwards"
}

link "aws_cloudwatch_event_endpoint" "routing_config.failover_config.primary.health_check" {
  to    = "aws_route53_health_check"
  means = "uses"
}

resource "aws_cloudwatch_event_archive" {
  role   = "other"
  zones  = []
  copies = 2
}

# Streams: consumers with a throughput of their own, deliveries, copies of a broker's topics.
resource "aws_kinesis_stream_consumer" {
  role   = "stream"
  zones  = []
  copies = 2
}

resource "aws_kinesis_video_stream" {
  role   = "stream"
  zones  = []
  copies = 2
}

resource "aws_msk_replicator" {
  role   = "stream"
  zones  = []
  copies = 2
}

link "aws_msk_replicator" "kafka_cluster.amazon_msk_cluster.msk_cluster_arn" {
  to    = ["aws_msk_cluster", "aws_msk_serverless_cluster"]
  means = "replica_of"
}

link "aws_kinesis_firehose_delivery_stream" "msk_source_configuration.msk_cluster_arn" {
  to    = ["aws_msk_cluster", "aws_msk_serverless_cluster"]
  means = "consumes"
}

link "aws_kinesis_firehose_delivery_stream" "opensearch_configuration.domain_arn" {
  to    = "aws_opensearch_domain"
  means = "reads_writes"
}

link "aws_kinesis_firehose_delivery_stream" "elasticsearch_configuration.domain_arn" {
  to    = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  means = "reads_writes"
}

link "aws_kinesis_firehose_delivery_stream" "opensearchserverless_configuration.collection_endpoint" {
  to    = "aws_opensearchserverless_collection"
  means = "reads_writes"
}

link "aws_kinesis_firehose_delivery_stream" "redshift_configuration.cluster_jdbcurl" {
  to    = ["aws_redshift_cluster", "aws_redshiftserverless_workgroup"]
  means = "reads_writes"
}

link "aws_kinesis_firehose_delivery_stream" "extended_s3_configuration.processing_configuration.processors.parameters.parameter_value" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_kinesis_firehose_delivery_stream" "http_endpoint_configuration.s3_configuration.bucket_arn" {
  to    = "aws_s3_bucket"
  means = "redrives_to"
}

# Mail, and messages to telephones.
resource "aws_ses_configuration_set" {
  role   = "other"
  zones  = []
  copies = 2
}

resource "aws_sesv2_configuration_set" {
  role   = "other"
  zones  = []
  copies = 2
}

join "aws_ses_event_destination" {
  from  = "configuration_set_name"
  to    = "sns_destination.topic_arn"
  means = "sends"
}

join "aws_ses_event_destination" {
  from  = "configuration_set_name"
  to    = "kinesis_destination.stream_arn"
  means = "sends"
}

join "aws_sesv2_configuration_set_event_destination" {
  from  = "configuration_set_name"
  to    = "event_destination.sns_destination.topic_arn"
  means = "sends"
}

join "aws_sesv2_configuration_set_event_destination" {
  from  = "configuration_set_name"
  to    = "event_destination.kinesis_firehose_destination.delivery_stream_arn"
  means = "sends"
}

join "aws_sesv2_configuration_set_event_destination" {
  from  = "configuration_set_name"
  to    = "event_destination.event_bridge_destination.event_bus_arn"
  means = "sends"
}

resource "aws_ses_receipt_rule" {
  role   = "entry"
  zones  = []
  copies = 2
}

link "aws_ses_receipt_rule" "sns_action.topic_arn" {
  to    = "aws_sns_topic"
  means = "sends"
}

link "aws_ses_receipt_rule" "s3_action.bucket_name" {
  to    = "aws_s3_bucket"
  means = "sends"
  by    = "bucket"
}

resource "aws_sns_platform_application" {
  role   = "topic"
  zones  = []
  copies = 2
}

link "aws_sns_platform_application" "event_delivery_failure_topic_arn" {
  to    = "aws_sns_topic"
  means = "redrives_to"
}

# Devices: a rule hands what they say to its actions.
resource "aws_iot_topic_rule" {
  role   = "bus"
  zones  = []
  copies = 2
}

link "aws_iot_topic_rule" "lambda.function_arn" {
  to    = "aws_lambda_function"
  means = "async_invokes"
}

link "aws_iot_topic_rule" "sqs.queue_url" {
  to    = "aws_sqs_queue"
  means = "sends"
}

link "aws_iot_topic_rule" "sns.target_arn" {
  to    = "aws_sns_topic"
  means = "sends"
}

link "aws_iot_topic_rule" "kinesis.stream_name" {
  to    = "aws_kinesis_stream"
  means = "sends"
  by    = "name"
}

link "aws_iot_topic_rule" "firehose.delivery_stream_name" {
  to    = "aws_kinesis_firehose_delivery_stream"
  means = "sends"
  by    = "name"
}

link "aws_iot_topic_rule" "step_functions.state_machine_name" {
  to    = "aws_sfn_state_machine"
  means = "async_invokes"
  by    = "name"
}

link "aws_iot_topic_rule" "dynamodbv2.put_item.table_name" {
  to    = "aws_dynamodb_table"
  means = "reads_writes"
  by    = "name"
}

link "aws_iot_topic_rule" "dynamodb.table_name" {
  to    = "aws_dynamodb_table"
  means = "reads_writes"
  by    = "name"
}

link "aws_iot_topic_rule" "s3.bucket_name" {
  to    = "aws_s3_bucket"
  means = "reads_writes"
  by    = "bucket"
}

link "aws_iot_topic_rule" "cloudwatch_logs.log_group_name" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
  by    = "name"
}

# Flows between applications.
resource "aws_appflow_flow" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_appflow_flow" "destination_flow_config.destination_connector_properties.s3.bucket_name" {
  to    = "aws_s3_bucket"
  means = "reads_writes"
  by    = "bucket"
}

# Where other destinations of a function's results lead: Lambda sends a success on once the function is done, which does not wait for it.
join "aws_lambda_function_event_invoke_config" {
  from  = "function_name"
  to    = "destination_config.on_success.destination"
  means = "async_invokes"
}

# Topics that log what they deliver, and subscribers of other kinds.
join "aws_sns_topic_subscription" {
  from  = "topic_arn"
  to    = "endpoint"
  means = "sends"
  when  = self.protocol == "firehose"
}

# Stores that tell of changes.
link "aws_rds_cluster" "iam_roles" {
  to    = "aws_iam_role"
  means = "assumes"
}

join "aws_dynamodb_kinesis_streaming_destination" {
  from  = "table_name"
  to    = "stream_arn"
  means = "sends"
}

link "aws_dynamodb_kinesis_streaming_destination" "table_name" {
  to    = "aws_dynamodb_table"
  means = "refers"
  by    = "name"
}

define "recovery" {
  of = [
    "aws_scheduler_schedule_group",
    "aws_cloudwatch_event_api_destination",
    "aws_cloudwatch_event_connection",
    "aws_cloudwatch_event_endpoint",
    "aws_cloudwatch_event_archive",
    "aws_kinesis_stream_consumer",
    "aws_kinesis_video_stream",
    "aws_msk_replicator",
    "aws_ses_configuration_set",
    "aws_sesv2_configuration_set",
    "aws_ses_receipt_rule",
    "aws_sns_platform_application",
    "aws_iot_topic_rule",
    "aws_appflow_flow",
  ]
  is = "regional"
}

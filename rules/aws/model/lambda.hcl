# Functions, what starts them, and where their failures go.

# What compute calls and waits for.
set "callee" {
  types = [
    "aws_lambda_function",
    "aws_lambda_alias",
    "aws_lambda_function_url",
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_api_gateway_rest_api",
    "aws_apigatewayv2_api",
    "aws_appsync_graphql_api",
    "aws_apprunner_service",
    "aws_sagemaker_endpoint",
    "aws_service_discovery_service",
    "aws_vpclattice_service",
  ]
}

# Lambda spans the Region by itself; a function in a network stands where its subnets stand.
resource "aws_lambda_function" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_lambda_function" "vpc_config.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_lambda_function" "role" {
  to    = "aws_iam_role"
  means = "assumes"
}

link "aws_lambda_function" "dead_letter_config.target_arn" {
  to    = ["aws_sqs_queue", "aws_sns_topic"]
  means = "redrives_to"
}

link "aws_lambda_function" "file_system_config.arn" {
  to    = "aws_efs_access_point"
  means = "mounts"
}

link "aws_lambda_function" "logging_config.log_group" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
  by    = "name"
}

# What a function is told about in its environment: by references, ARNs and URLs. A bare word may be the name of a stage or a team just as well; under a
# key that speaks of a name it is perhaps one.
link "aws_lambda_function" "environment.variables" {
  to    = "client_store"
  means = "reads_writes"
  keys  = "(?i)(?:table|bucket|cluster|db_?instance|replication_?group|broker)_?(?:name|id|identifier)$|(?:^|_)(?:table|bucket)$"
}

link "aws_lambda_function" "environment.variables" {
  to    = "message_sink"
  means = "sends"
  keys  = "(?i)(?:queue|topic|stream|bus|state_?machine)_?name$|(?:^|_)(?:queue|topic|stream|bus)$"
}

link "aws_lambda_function" "environment.variables" {
  to    = "callee"
  means = "invokes"
  keys  = "(?i)(?:function|lambda|endpoint)_?name$|(?:^|_)(?:function|lambda)$"
}

link "aws_efs_access_point" "file_system_id" {
  to    = "aws_efs_file_system"
  means = "configures"
}

link "aws_lambda_alias" "function_name" {
  to    = "aws_lambda_function"
  means = "configures"
  by    = "function_name"
}

resource "aws_lambda_function_url" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

link "aws_lambda_function_url" "function_name" {
  to    = "aws_lambda_function"
  means = "integrates"
  by    = "function_name"
}

# Queues and streams that a function reads.
join "aws_lambda_event_source_mapping" {
  from  = "function_name"
  to    = "event_source_arn"
  means = "consumes"
}

# Reads shards, as Kinesis and DynamoDB have them: by its source or, where that is not known, by arguments that only such a mapping has.
# What reads a queue has no starting position, and what reads Kafka or DocumentDB names topics or a database.
define "reads_shards" {
  of = "aws_lambda_event_source_mapping"
  is = (
    default(self.starting_position, "") != ""
    && length(default(self.topics, [])) == 0
    && length(default(self.self_managed_event_source, [])) == 0
    && length(default(self.document_db_event_source_config, [])) == 0
    && (
      (
        length(refs(self.event_source_arn, "polled_source")) > 0
        ? length(refs(self.event_source_arn, "shard_source")) > 0
        : self.event_source_arn != null && can(regex("^arn:[^:]*:(kinesis|dynamodb):", self.event_source_arn))
      )
      || self.maximum_retry_attempts != null
      || self.maximum_record_age_in_seconds != null
      || self.bisect_batch_on_function_error == true
      || default(self.parallelization_factor, 0) > 0
      || default(self.tumbling_window_in_seconds, 0) > 0
    )
  )
}

link "aws_lambda_event_source_mapping" "destination_config.on_failure.destination_arn" {
  to    = ["aws_sqs_queue", "aws_sns_topic", "aws_s3_bucket"]
  means = "redrives_to"
}

# Who calls a function and does not wait, besides topics, buckets, buses and schedules.
link "aws_codecommit_trigger" "trigger.destination_arn" {
  to    = "aws_lambda_function"
  means = "async_invokes"
}

link "aws_config_config_rule" "source.source_identifier" {
  to    = "aws_lambda_function"
  means = "async_invokes"
}

# The reception of mail may also be told to wait.
edge "aws_ses_receipt_rule" {
  to = flatten([
    for a in default(self.lambda_action, []) : refs(a.function_arn, "aws_lambda_function")
    if default(a.invocation_type, "Event") == "Event"
  ])
  means = "async_invokes"
}

# Where failed asynchronous invocations go.
link "aws_lambda_function_event_invoke_config" "function_name" {
  to    = "aws_lambda_function"
  means = "configures"
  by    = "function_name"
}

join "aws_lambda_function_event_invoke_config" {
  from  = "function_name"
  to    = "destination_config.on_failure.destination"
  means = "redrives_to"
}

link "aws_lambda_permission" "function_name" {
  to    = "aws_lambda_function"
  means = "configures"
  by    = "function_name"
}

# Whether a permission lets somebody run the function: one to read its settings, or to call its URL, does not.
define "lets_invoke" {
  of = "aws_lambda_permission"
  is = contains(["lambda:invokefunction", "lambda:*", "*"], lower(default(self.action, "lambda:InvokeFunction")))
}

define "invoke_permissions" {
  of = "aws_lambda_function"
  is = [for p in concat(referrers(self, "configures", "aws_lambda_permission"), referrers(self, "refers", "aws_lambda_permission")) : p if lets_invoke(p)]
}

define "invoke_permissions" {
  of = "aws_lambda_alias"
  is = [for p in referrers(self, "refers", "aws_lambda_permission") : p if lets_invoke(p)]
}

# Whom it lets do so. CloudWatch Logs once called as a service of its Region.
define "admitted_service" {
  of = "aws_lambda_permission"
  is = replace(self.principal, "/^logs[.][a-z0-9-]+[.]amazonaws/", "logs.amazonaws")
}

# Names, where they are written instead of referred to.
link "aws_lambda_event_source_mapping" "function_name" {
  to    = "aws_lambda_function"
  means = "refers"
  by    = "function_name"
}

define "capacity" {
  of = "aws_lambda_provisioned_concurrency_config"
  is = { provisioned_concurrent_executions = self.provisioned_concurrent_executions }
}

# Functions that take a part of the account's concurrency for themselves.
define "reserving_functions" {
  of = "aws_lambda_function"
  is = [for f in resources("aws_lambda_function") : f if default(f.reserved_concurrent_executions, -1) > 0]
}

define "reserved_in_all" {
  of = "aws_lambda_function"
  is = sum(concat([0], [for f in resources("aws_lambda_function") : max(0, default(f.reserved_concurrent_executions, 0))]))
}

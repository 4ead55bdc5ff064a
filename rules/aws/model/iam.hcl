# Roles: who assumes them, and which resources their policies name.

# What policies grant access to; a policy document stands between a policy and what it names.
set "granted" {
  types = [
    "aws_dynamodb_table",
    "aws_s3_bucket",
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_kinesis_stream",
    "aws_cloudwatch_event_bus",
    "aws_rds_cluster",
    "aws_db_instance",
    "aws_lambda_function",
    "aws_sfn_state_machine",
    "aws_elasticache_replication_group",
    "aws_kinesis_firehose_delivery_stream",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_dsql_cluster",
    "aws_keyspaces_table",
    "aws_memorydb_cluster",
    "aws_opensearch_domain",
    "aws_redshift_cluster",
    "aws_timestreamwrite_table",
    "aws_msk_cluster",
    "aws_efs_file_system",
    "aws_secretsmanager_secret",
    "aws_ssm_parameter",
    "aws_kms_key",
    "aws_ecr_repository",
    "aws_batch_job_queue",
    "aws_codebuild_project",
    "aws_cloudwatch_log_group",
    "aws_iam_policy_document",
  ]
}

resource "aws_iam_role" {
  role   = "identity"
  zones  = []
  copies = 2
}

resource "aws_iam_policy" {
  role   = "identity"
  zones  = []
  copies = 2
}

resource "aws_iam_instance_profile" {
  role   = "identity"
  zones  = []
  copies = 2
}

link "aws_iam_role" "inline_policy.policy" {
  to    = "granted"
  means = "grants"
}

link "aws_iam_role" "managed_policy_arns" {
  to    = "aws_iam_policy"
  means = "grants"
}

link "aws_iam_policy" "policy" {
  to    = "granted"
  means = "grants"
}

# The data source: what its statements name.
link "aws_iam_policy_document" "statement.resources" {
  to    = "granted"
  means = "grants"
}

join "aws_iam_role_policy" {
  from  = "role"
  to    = "policy"
  means = "grants"
}

join "aws_iam_role_policy_attachment" {
  from  = "role"
  to    = "policy_arn"
  means = "grants"
}

# Names, where they are written instead of referred to.
link "aws_iam_role_policy" "role" {
  to    = "aws_iam_role"
  means = "refers"
  by    = "name"
}

link "aws_iam_role_policy_attachment" "role" {
  to    = "aws_iam_role"
  means = "refers"
  by    = "name"
}

join "aws_iam_policy_attachment" {
  from  = "roles"
  to    = "policy_arn"
  means = "grants"
}

join "aws_iam_role_policy_attachments_exclusive" {
  from  = "role_name"
  to    = "policy_arns"
  means = "grants"
}

link "aws_iam_policy_attachment" "roles" {
  to    = "aws_iam_role"
  means = "refers"
  by    = "name"
}

link "aws_iam_role_policy_attachments_exclusive" "role_name" {
  to    = "aws_iam_role"
  means = "refers"
  by    = "name"
}

# The roles that a resource gives to a service, each with the service as which that assumes it.
# Sources: the pages about service roles in the guides of each service, read on 2026-11-30.
define "roles_given" {
  of = "aws_cloudwatch_event_target"
  is = [{ service = "events", role = self.role_arn }]
}

define "roles_given" {
  of = "aws_pipes_pipe"
  is = [{ service = "pipes", role = self.role_arn }]
}

define "roles_given" {
  of = "aws_scheduler_schedule"
  is = [for t in default(self.target, []) : { service = "scheduler", role = t.role_arn }]
}

define "roles_given" {
  of = "aws_sfn_state_machine"
  is = [{ service = "states", role = self.role_arn }]
}

define "roles_given" {
  of = "aws_lambda_function"
  is = [{ service = "lambda", role = self.role }]
}

define "roles_given" {
  of = "aws_flow_log"
  is = [{ service = "vpc-flow-logs", role = self.iam_role_arn }]
}

define "roles_given" {
  of = "aws_cloudwatch_metric_stream"
  is = [{ service = "streams.metrics.cloudwatch", role = self.role_arn }]
}

define "roles_given" {
  of = "aws_sns_topic_subscription"
  is = [{ service = "sns", role = self.subscription_role_arn }]
}

define "roles_given" {
  of = "aws_backup_selection"
  is = [{ service = "backup", role = self.iam_role_arn }]
}

define "roles_given" {
  of = "aws_ecs_task_definition"
  is = [{ service = "ecs-tasks", role = self.execution_role_arn }, { service = "ecs-tasks", role = self.task_role_arn }]
}

define "roles_given" {
  of = ["aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance"]
  is = [{ service = "monitoring.rds", role = self.monitoring_role_arn }]
}

define "roles_given" {
  of = "aws_api_gateway_account"
  is = [{ service = "apigateway", role = self.cloudwatch_role_arn }]
}

define "roles_given" {
  of = "aws_cloudwatch_log_subscription_filter"
  is = [{ service = "logs", role = self.role_arn }]
}

define "roles_given" {
  of = "aws_kinesis_firehose_delivery_stream"
  is = [
    for c in flatten([default(self.kinesis_source_configuration, []), default(self.extended_s3_configuration, [])]) :
    { service = "firehose", role = try(c.role_arn, null) }
  ]
}

define "roles_given" {
  of = "aws_codebuild_project"
  is = [{ service = "codebuild", role = self.service_role }]
}

define "roles_given" {
  of = "aws_codepipeline"
  is = [{ service = "codepipeline", role = self.role_arn }]
}

define "roles_given" {
  of = "aws_eks_cluster"
  is = [{ service = "eks", role = self.role_arn }]
}

define "roles_given" {
  of = "aws_eks_node_group"
  is = [{ service = "ec2", role = self.node_role_arn }]
}

define "roles_given" {
  of = "aws_cloudtrail"
  is = [{ service = "cloudtrail", role = self.cloud_watch_logs_role_arn }]
}

define "roles_given" {
  of = "aws_iot_topic_rule"
  is = [
    for a in flatten([
      default(self.cloudwatch_alarm, []),
      default(self.cloudwatch_logs, []),
      default(self.cloudwatch_metric, []),
      default(self.dynamodb, []),
      default(self.dynamodbv2, []),
      default(self.elasticsearch, []),
      default(self.firehose, []),
      default(self.iot_analytics, []),
      default(self.iot_events, []),
      default(self.kinesis, []),
      default(self.republish, []),
      default(self.s3, []),
      default(self.sns, []),
      default(self.sqs, []),
      default(self.step_functions, []),
      default(self.timestream, []),
      [for e in default(self.error_action, []) : default(e.cloudwatch_alarm, [])],
      [for e in default(self.error_action, []) : default(e.cloudwatch_logs, [])],
      [for e in default(self.error_action, []) : default(e.cloudwatch_metric, [])],
      [for e in default(self.error_action, []) : default(e.dynamodb, [])],
      [for e in default(self.error_action, []) : default(e.dynamodbv2, [])],
      [for e in default(self.error_action, []) : default(e.elasticsearch, [])],
      [for e in default(self.error_action, []) : default(e.firehose, [])],
      [for e in default(self.error_action, []) : default(e.iot_analytics, [])],
      [for e in default(self.error_action, []) : default(e.iot_events, [])],
      [for e in default(self.error_action, []) : default(e.kinesis, [])],
      [for e in default(self.error_action, []) : default(e.republish, [])],
      [for e in default(self.error_action, []) : default(e.s3, [])],
      [for e in default(self.error_action, []) : default(e.sns, [])],
      [for e in default(self.error_action, []) : default(e.sqs, [])],
      [for e in default(self.error_action, []) : default(e.step_functions, [])],
      [for e in default(self.error_action, []) : default(e.timestream, [])],
    ]) : { service = "iot", role = try(a.role_arn, null) }
  ]
}

# What a resource does with a target by a role: the role, the target, and the actions of which the role needs one.
# Sources: "IAM roles for sending events to targets" in the guide of EventBridge and "Managing targets" in that of EventBridge Scheduler, read on 2026-11-30.
define "target_actions" {
  is = {
    aws_sqs_queue                        = ["sqs:SendMessage"]
    aws_sns_topic                        = ["sns:Publish"]
    aws_lambda_function                  = ["lambda:InvokeFunction"]
    aws_sfn_state_machine                = ["states:StartExecution", "states:StartSyncExecution"]
    aws_kinesis_stream                   = ["kinesis:PutRecord", "kinesis:PutRecords"]
    aws_kinesis_firehose_delivery_stream = ["firehose:PutRecord", "firehose:PutRecordBatch"]
    aws_cloudwatch_event_bus             = ["events:PutEvents"]
  }
}

# Queues, topics, functions and buses are targets without a role: their own policy admits the rule.
define "role_calls" {
  of = "aws_cloudwatch_event_target"
  is = [for t in refs(self.arn, "aws_sfn_state_machine", "aws_kinesis_stream", "aws_kinesis_firehose_delivery_stream") : { role = self.role_arn, target = t, actions = target_actions(self)[type(t)] }]
}

define "role_calls" {
  of = "aws_pipes_pipe"
  is = [for t in refs(self.target, "role_target") : { role = self.role_arn, target = t, actions = target_actions(self)[type(t)] }]
}

define "role_calls" {
  of = "aws_scheduler_schedule"
  is = flatten([
    for t in default(self.target, []) : [for r in refs(t.arn, "role_target") : { role = t.role_arn, target = r, actions = target_actions(self)[type(r)] }]
  ])
}

define "role_calls" {
  of = "aws_iot_topic_rule"
  is = concat(
    flatten([for a in default(self.sqs, []) : [for r in refs(a.queue_url, "aws_sqs_queue") : { role = a.role_arn, target = r, actions = ["sqs:SendMessage"] }]]),
    flatten([for a in default(self.sns, []) : [for r in refs(a.target_arn, "aws_sns_topic") : { role = a.role_arn, target = r, actions = ["sns:Publish"] }]]),
    flatten([for a in default(self.kinesis, []) : [for r in refs(a.stream_name, "aws_kinesis_stream") : { role = a.role_arn, target = r, actions = ["kinesis:PutRecord"] }]]),
    flatten([
      for a in default(self.firehose, []) : [
        for r in refs(a.delivery_stream_name, "aws_kinesis_firehose_delivery_stream") : { role = a.role_arn, target = r, actions = ["firehose:PutRecord", "firehose:PutRecordBatch"] }
      ]
    ]),
    flatten([for a in default(self.dynamodbv2, []) : [for r in refs(a.put_item[0].table_name, "aws_dynamodb_table") : { role = a.role_arn, target = r, actions = ["dynamodb:PutItem"] }]]),
    flatten([for a in default(self.s3, []) : [for r in refs(a.bucket_name, "aws_s3_bucket") : { role = a.role_arn, target = r, actions = ["s3:PutObject"] }]]),
    flatten([for a in default(self.step_functions, []) : [for r in refs(a.state_machine_name, "aws_sfn_state_machine") : { role = a.role_arn, target = r, actions = ["states:StartExecution"] }]]),
  )
}

set "role_target" {
  types = [
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_lambda_function",
    "aws_sfn_state_machine",
    "aws_kinesis_stream",
    "aws_kinesis_firehose_delivery_stream",
    "aws_cloudwatch_event_bus",
  ]
}

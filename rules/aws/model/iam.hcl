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

# Which roles something works with, and the service that has to be trusted by each: `<service>.amazonaws.com`.
define "given_roles" {
  of = "aws_cloudwatch_event_target"
  is = [{ role = self.role_arn, service = "events" }]
}

define "given_roles" {
  of = "aws_pipes_pipe"
  is = [{ role = self.role_arn, service = "pipes" }]
}

define "given_roles" {
  of = "aws_scheduler_schedule"
  is = [for t in default(self.target, []) : { role = t.role_arn, service = "scheduler" }]
}

define "given_roles" {
  of = "aws_sfn_state_machine"
  is = [{ role = self.role_arn, service = "states" }]
}

define "given_roles" {
  of = "aws_lambda_function"
  is = [{ role = self.role, service = "lambda" }]
}

define "given_roles" {
  of = "aws_ecs_task_definition"
  is = [for r in [self.execution_role_arn, self.task_role_arn] : { role = r, service = "ecs-tasks" }]
}

define "given_roles" {
  of = "aws_kinesis_firehose_delivery_stream"
  is = [
    for c in concat(default(self.kinesis_source_configuration, []), default(self.extended_s3_configuration, [])) :
    { role = c.role_arn, service = "firehose" }
  ]
}

define "given_roles" {
  of = "aws_codebuild_project"
  is = [{ role = self.service_role, service = "codebuild" }]
}

define "given_roles" {
  of = "aws_codepipeline"
  is = [{ role = self.role_arn, service = "codepipeline" }]
}

define "given_roles" {
  of = "aws_flow_log"
  is = [{ role = self.iam_role_arn, service = "vpc-flow-logs" }]
}

define "given_roles" {
  of = "aws_backup_selection"
  is = [{ role = self.iam_role_arn, service = "backup" }]
}

define "given_roles" {
  of = ["aws_db_instance", "aws_rds_cluster_instance"]
  is = [{ role = self.monitoring_role_arn, service = "monitoring.rds" }]
}

define "given_roles" {
  of = "aws_eks_cluster"
  is = [{ role = self.role_arn, service = "eks" }]
}

define "given_roles" {
  of = "aws_eks_node_group"
  is = [{ role = self.node_role_arn, service = "ec2" }]
}

define "given_roles" {
  of = "aws_cloudtrail"
  is = [{ role = self.cloud_watch_logs_role_arn, service = "cloudtrail" }]
}

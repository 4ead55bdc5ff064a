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

# What changes do to each other and to what runs.

# Of these, one thing has one: a second one overwrites the first at each apply.
set "sole_companion" {
  types = [
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_sqs_queue_policy",
    "aws_sqs_queue_redrive_policy",
    "aws_sns_topic_policy",
    "aws_efs_backup_policy",
    "aws_efs_file_system_policy",
    "aws_ecr_lifecycle_policy",
    "aws_ecr_repository_policy",
  ]
}

link "aws_sns_topic_policy" "arn" {
  to    = "aws_sns_topic"
  means = "configures"
}

link "aws_efs_file_system_policy" "file_system_id" {
  to    = "aws_efs_file_system"
  means = "configures"
}

link "aws_ecr_lifecycle_policy" "repository" {
  to    = "aws_ecr_repository"
  means = "configures"
  by    = "name"
}

link "aws_ecr_repository_policy" "repository" {
  to    = "aws_ecr_repository"
  means = "configures"
  by    = "name"
}

# The name that tells one instance of it from another.
define "own_name" {
  of = ["aws_s3_bucket"]
  is = self.bucket
}

define "own_name" {
  of = ["aws_dynamodb_table", "aws_ecr_repository", "aws_sqs_queue", "aws_kinesis_stream", "aws_cognito_user_pool", "aws_memorydb_cluster"]
  is = self.name
}

define "own_name" {
  of = "aws_db_instance"
  is = self.identifier
}

define "own_name" {
  of = ["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster", "aws_redshift_cluster"]
  is = self.cluster_identifier
}

define "own_name" {
  of = ["aws_opensearch_domain"]
  is = self.domain_name
}

# The name that tells one instance of a store from another.
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

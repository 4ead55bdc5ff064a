# How resources are written in texts, instead of a reference: the attribute that holds the name, and the forms that hold it. A part that does
# not matter (a partition, a region, an account) is `*`.

text "aws_sqs_queue" {
  name = "name"
  forms = [
    "arn:*:sqs:*:*:{}",
    "https://sqs.*/*/{}",
    "https://*.queue.amazonaws.com/*/{}",
    "https://queue.amazonaws.com/*/{}",
    "arn:*:apigateway:*:sqs:path/*/{}",
  ]
}

text "aws_sns_topic" {
  name  = "name"
  forms = ["arn:*:sns:*:*:{}"]
}

text "aws_lambda_function" {
  name  = "function_name"
  forms = ["arn:*:lambda:*:*:function:{}"]
}

text "aws_dynamodb_table" {
  name = "name"
  forms = [
    "arn:*:dynamodb:*:*:table/{}",
    "table/{}",
  ]
}

text "aws_kinesis_stream" {
  name  = "name"
  forms = ["arn:*:kinesis:*:*:stream/{}"]
}

text "aws_kinesis_firehose_delivery_stream" {
  name  = "name"
  forms = ["arn:*:firehose:*:*:deliverystream/{}"]
}

text "aws_cloudwatch_event_bus" {
  name  = "name"
  forms = ["arn:*:events:*:*:event-bus/{}"]
}

text "aws_cloudwatch_log_group" {
  name  = "name"
  forms = ["arn:*:logs:*:*:log-group:{/}"]
}

text "aws_cloudwatch_metric_alarm" {
  name  = "alarm_name"
  forms = ["arn:*:cloudwatch:*:*:alarm:{*}"]
}

text "aws_cloudwatch_composite_alarm" {
  name  = "alarm_name"
  forms = ["arn:*:cloudwatch:*:*:alarm:{*}"]
}

text "aws_scheduler_schedule" {
  name  = "name"
  forms = ["arn:*:scheduler:*:*:schedule/*/{}"]
}

text "aws_pipes_pipe" {
  name  = "name"
  forms = ["arn:*:pipes:*:*:pipe/{}"]
}

text "aws_sfn_state_machine" {
  name  = "name"
  forms = ["arn:*:states:*:*:stateMachine:{}"]
}

text "aws_s3_bucket" {
  name = "bucket"
  forms = [
    "arn:*:s3:::{}",
    "s3://{}",
    "https://{}.s3.*",
    "https://s3.*/{}",
  ]
}

text "aws_iam_role" {
  name = "name"
  forms = [
    "arn:*:iam::*:role/{}",
    "arn:*:iam::*:role/*/{}",
  ]
}

text "aws_iam_policy" {
  name = "name"
  forms = [
    "arn:*:iam::*:policy/{}",
    "arn:*:iam::*:policy/*/{}",
  ]
}

text "aws_iam_instance_profile" {
  name = "name"
  forms = [
    "arn:*:iam::*:instance-profile/{}",
    "arn:*:iam::*:instance-profile/*/{}",
  ]
}

text "aws_db_instance" {
  name  = "identifier"
  forms = ["arn:*:rds:*:*:db:{}"]
}

text "aws_rds_cluster" {
  name = "cluster_identifier"
  forms = [
    "arn:*:rds:*:*:cluster:{}",
    "cluster:{}",
  ]
}

text "aws_rds_global_cluster" {
  name  = "global_cluster_identifier"
  forms = ["arn:*:rds::*:global-cluster:{}"]
}

text "aws_docdb_cluster" {
  name  = "cluster_identifier"
  forms = ["arn:*:rds:*:*:cluster:{}"]
}

text "aws_neptune_cluster" {
  name  = "cluster_identifier"
  forms = ["arn:*:rds:*:*:cluster:{}"]
}

text "aws_redshift_cluster" {
  name  = "cluster_identifier"
  forms = ["arn:*:redshift:*:*:cluster:{}"]
}

text "aws_elasticache_replication_group" {
  name = "replication_group_id"
  forms = [
    "arn:*:elasticache:*:*:replicationgroup:{}",
    "replication-group/{}",
  ]
}

text "aws_elasticache_cluster" {
  name  = "cluster_id"
  forms = ["arn:*:elasticache:*:*:cluster:{}"]
}

text "aws_memorydb_cluster" {
  name  = "name"
  forms = ["arn:*:memorydb:*:*:cluster/{}"]
}

text "aws_opensearch_domain" {
  name  = "domain_name"
  forms = ["arn:*:es:*:*:domain/{}"]
}

text "aws_ebs_volume" {
  name  = "id"
  forms = ["arn:*:ec2:*:*:volume/{}"]
}

text "aws_instance" {
  name  = "id"
  forms = ["arn:*:ec2:*:*:instance/{}"]
}

text "aws_fsx_lustre_file_system" {
  name  = "id"
  forms = ["arn:*:fsx:*:*:file-system/{}"]
}

text "aws_fsx_ontap_file_system" {
  name  = "id"
  forms = ["arn:*:fsx:*:*:file-system/{}"]
}

text "aws_fsx_ontap_volume" {
  name  = "id"
  forms = ["arn:*:fsx:*:*:volume/*/{}"]
}

text "aws_fsx_openzfs_file_system" {
  name  = "id"
  forms = ["arn:*:fsx:*:*:file-system/{}"]
}

text "aws_fsx_windows_file_system" {
  name  = "id"
  forms = ["arn:*:fsx:*:*:file-system/{}"]
}

text "aws_timestreamwrite_table" {
  name  = "table_name"
  forms = ["arn:*:timestream:*:*:database/*/table/{}"]
}

text "aws_efs_file_system" {
  name  = "id"
  forms = ["arn:*:elasticfilesystem:*:*:file-system/{}"]
}

text "aws_ecs_cluster" {
  name  = "name"
  forms = ["arn:*:ecs:*:*:cluster/{}"]
}

text "aws_ecs_service" {
  name = "name"
  forms = [
    "arn:*:ecs:*:*:service/*/{}",
    "service/*/{}",
  ]
}

text "aws_ecs_task_definition" {
  name  = "family"
  forms = ["arn:*:ecs:*:*:task-definition/{}"]
}

text "aws_ecs_capacity_provider" {
  name  = "name"
  forms = ["arn:*:ecs:*:*:capacity-provider/{}"]
}

text "aws_eks_cluster" {
  name  = "name"
  forms = ["arn:*:eks:*:*:cluster/{}"]
}

text "aws_autoscaling_group" {
  name  = "name"
  forms = ["arn:*:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/{}"]
}

text "load_balancer" {
  name = "name"
  forms = [
    "arn:*:elasticloadbalancing:*:*:loadbalancer/app/{}",
    "arn:*:elasticloadbalancing:*:*:loadbalancer/net/{}",
    "arn:*:elasticloadbalancing:*:*:loadbalancer/gwy/{}",
  ]
}

text "target_group" {
  name  = "name"
  forms = ["arn:*:elasticloadbalancing:*:*:targetgroup/{}"]
}

text "aws_ecr_repository" {
  name = "name"
  forms = [
    "arn:*:ecr:*:*:repository/{/}",
    "*.dkr.ecr.*/{/}",
  ]
}

text "aws_ssm_parameter" {
  name  = "name"
  forms = ["arn:*:ssm:*:*:parameter{/}"]
}

text "aws_backup_vault" {
  name  = "name"
  forms = ["arn:*:backup:*:*:backup-vault:{}"]
}

text "aws_msk_cluster" {
  name  = "cluster_name"
  forms = ["arn:*:kafka:*:*:cluster/{}"]
}

text "aws_codepipeline" {
  name  = "name"
  forms = ["arn:*:codepipeline:*:*:{}"]
}

text "aws_batch_job_queue" {
  name  = "name"
  forms = ["arn:*:batch:*:*:job-queue/{}"]
}

text "aws_kms_alias" {
  name  = "name"
  forms = ["arn:*:kms:*:*:{/}"]
}

text "aws_sagemaker_endpoint" {
  name = "name"
  forms = [
    "arn:*:sagemaker:*:*:endpoint/{}",
    "endpoint/{}",
  ]
}

text "aws_appstream_fleet" {
  name = "name"
  forms = [
    "arn:*:appstream:*:*:fleet/{}",
    "fleet/{}",
  ]
}

text "aws_codebuild_project" {
  name  = "name"
  forms = ["arn:*:codebuild:*:*:project/{}"]
}

text "aws_glue_job" {
  name  = "name"
  forms = ["arn:*:glue:*:*:job/{}"]
}

text "aws_batch_job_definition" {
  name  = "name"
  forms = ["arn:*:batch:*:*:job-definition/{}"]
}

text "aws_batch_compute_environment" {
  name  = "compute_environment_name"
  forms = ["arn:*:batch:*:*:compute-environment/{}"]
}

text "aws_sfn_activity" {
  name  = "name"
  forms = ["arn:*:states:*:*:activity:{}"]
}

text "aws_cloudwatch_event_connection" {
  name  = "name"
  forms = ["arn:*:events:*:*:connection/{}"]
}

text "aws_cloudwatch_event_api_destination" {
  name  = "name"
  forms = ["arn:*:events:*:*:api-destination/{}"]
}

text "aws_cloudwatch_event_rule" {
  name  = "name"
  forms = ["arn:*:events:*:*:rule/{}"]
}

text "aws_secretsmanager_secret" {
  name  = "name"
  forms = ["arn:*:secretsmanager:*:*:secret:{/}"]
}

text "aws_mq_broker" {
  name  = "broker_name"
  forms = ["arn:*:mq:*:*:broker:{}"]
}

text "aws_msk_serverless_cluster" {
  name  = "cluster_name"
  forms = ["arn:*:kafka:*:*:cluster/{}"]
}

text "aws_dax_cluster" {
  name  = "cluster_name"
  forms = ["arn:*:dax:*:*:cache/{}"]
}

text "aws_s3_access_point" {
  name  = "name"
  forms = ["arn:*:s3:*:*:accesspoint/{}"]
}

text "aws_synthetics_canary" {
  name  = "name"
  forms = ["arn:*:synthetics:*:*:canary:{}"]
}

# A name is unique in one Region of one account: the Region of the resource, otherwise that of its provider. The provider tells the account by
# the only one that it may use, or by the role that it assumes; an alarm may look at the metrics of another account. An alarm, and what
# else watches, looks at its own Region only.
namespace "aws" {
  by       = "region"
  accounts = ["metric_query.account_id", "allowed_account_ids", "assume_role.role_arn", "assume_role_with_web_identity.role_arn"]
  account  = "(?:^|:)([0-9]{12})(?:$|:)"
  stays    = ["watches"]
  global = [
    "aws_cloudfront_distribution",
    "aws_cloudwatch_dashboard",
    "aws_docdb_global_cluster",
    "aws_elasticache_global_replication_group",
    "aws_globalaccelerator_accelerator",
    "aws_iam_group",
    "aws_iam_instance_profile",
    "aws_iam_policy",
    "aws_iam_role",
    "aws_iam_user",
    "aws_neptune_global_cluster",
    "aws_rds_global_cluster",
    "aws_route53_health_check",
    "aws_route53_record",
    "aws_route53_zone",
    "aws_s3_bucket",
  ]
  everywhere = ["aws_s3_bucket"]
}

# Alarms, by the dimension that names what they watch, and where logs go.

resource "aws_cloudwatch_log_group" {
  role   = "observer"
  zones  = []
  copies = 2
}

# A log group that is named after a function takes its logs.
link "aws_cloudwatch_log_group" "name" {
  to      = "aws_lambda_function"
  means   = "logs_to"
  reverse = true
}

resource "aws_cloudwatch_metric_alarm" {
  role   = "observer"
  zones  = []
  copies = 2
}

resource "aws_cloudwatch_composite_alarm" {
  role   = "observer"
  zones  = []
  copies = 2
}

link "aws_cloudwatch_metric_alarm" "alarm_actions" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_cloudwatch_metric_alarm" "ok_actions" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_cloudwatch_metric_alarm" "insufficient_data_actions" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_cloudwatch_composite_alarm" "alarm_actions" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_cloudwatch_composite_alarm" "ok_actions" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_cloudwatch_composite_alarm" "insufficient_data_actions" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_cloudwatch_metric_alarm" "alarm_actions" {
  to    = ["aws_autoscaling_policy", "aws_appautoscaling_policy", "aws_lambda_function"]
  means = "notifies"
}

link "aws_cloudwatch_composite_alarm" "alarm_rule" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "watches"
}

link "aws_cloudwatch_composite_alarm" "alarm_rule" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "watches"
  by    = "alarm_name"
  part  = "\\(\\s*[\"']?([^\"'()]+?)[\"']?\\s*\\)"
}

# While this alarm fires, the composite one is silent.
link "aws_cloudwatch_composite_alarm" "actions_suppressor.alarm" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "uses"
  by    = "alarm_name"
}

# What acts on the state of an alarm by itself: deployments that roll back, experiments that stop, health checks, rules about changes of
# state.
set "alarm_reader" {
  types = [
    "aws_appconfig_environment",
    "aws_autoscaling_group",
    "aws_cloudwatch_event_rule",
    "aws_codedeploy_deployment_config",
    "aws_codedeploy_deployment_group",
    "aws_ecs_service",
    "aws_fis_experiment_template",
    "aws_route53_health_check",
    "aws_sagemaker_endpoint",
    "aws_ssm_maintenance_window_task",
    "awscc_appconfig_environment",
    "awscc_arcregionswitch_plan",
    "awscc_autoscaling_auto_scaling_group",
    "awscc_codedeploy_deployment_group",
    "awscc_ecs_service",
    "awscc_events_rule",
    "awscc_fis_experiment_template",
    "awscc_route53_health_check",
    "awscc_sagemaker_endpoint",
    "awscc_ssm_association",
  ]
}

# Who hears what is sent to a topic.
set "topic_reader" {
  types = [
    "aws_chatbot_slack_channel_configuration",
    "aws_chatbot_teams_channel_configuration",
    "aws_sns_topic_subscription",
    "aws_ssmincidents_response_plan",
    "awscc_chatbot_microsoft_teams_channel_configuration",
    "awscc_chatbot_slack_channel_configuration",
    "awscc_sns_subscription",
    "awscc_ssmincidents_response_plan",
  ]
}

link "aws_autoscaling_group" "instance_refresh.preferences.alarm_specification.alarms" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "refers"
  by    = "alarm_name"
}

link "aws_codedeploy_deployment_group" "alarm_configuration.alarms" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "refers"
  by    = "alarm_name"
}

link "aws_ecs_service" "alarms.alarm_names" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "refers"
  by    = "alarm_name"
}

link "aws_route53_health_check" "cloudwatch_alarm_name" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "refers"
  by    = "alarm_name"
}

link "aws_sagemaker_endpoint" "deployment_config.auto_rollback_configuration.alarms.alarm_name" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "refers"
  by    = "alarm_name"
}

# An alarm on one metric.
link "aws_cloudwatch_metric_alarm" "dimensions.QueueName" {
  to    = "aws_sqs_queue"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.FunctionName" {
  to    = "aws_lambda_function"
  means = "watches"
  by    = "function_name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.DBInstanceIdentifier" {
  to    = ["aws_db_instance", "aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance"]
  means = "watches"
  by    = "identifier"
}

link "aws_cloudwatch_metric_alarm" "dimensions.DBClusterIdentifier" {
  to    = ["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"]
  means = "watches"
  by    = "cluster_identifier"
}

link "aws_cloudwatch_metric_alarm" "dimensions.TableName" {
  to    = "aws_dynamodb_table"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.LoadBalancer" {
  to    = "load_balancer"
  means = "watches"
  by    = "arn_suffix"
}

link "aws_cloudwatch_metric_alarm" "dimensions.TargetGroup" {
  to    = "target_group"
  means = "watches"
  by    = "arn_suffix"
}

link "aws_cloudwatch_metric_alarm" "dimensions.LoadBalancerName" {
  to    = "aws_elb"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.AutoScalingGroupName" {
  to    = "aws_autoscaling_group"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.InstanceId" {
  to    = "aws_instance"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ClusterName" {
  to    = ["aws_ecs_cluster", "aws_eks_cluster"]
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ServiceName" {
  to    = "aws_ecs_service"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.StreamName" {
  to    = "aws_kinesis_stream"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.DeliveryStreamName" {
  to    = "aws_kinesis_firehose_delivery_stream"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.TopicName" {
  to    = "aws_sns_topic"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.CacheClusterId" {
  to    = "aws_elasticache_cluster"
  means = "watches"
  by    = "cluster_id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.CacheClusterId" {
  to    = "aws_elasticache_replication_group"
  means = "watches"
  by    = "replication_group_id"
  part  = "^(.+?)(?:-[0-9]{4})?-[0-9]{3}$"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ReplicationGroupId" {
  to    = "aws_elasticache_replication_group"
  means = "watches"
  by    = "replication_group_id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ApiName" {
  to    = "aws_api_gateway_rest_api"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ApiId" {
  to    = "aws_apigatewayv2_api"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.StateMachineArn" {
  to    = "aws_sfn_state_machine"
  means = "watches"
  by    = "arn"
}

link "aws_cloudwatch_metric_alarm" "dimensions.RuleName" {
  to    = "aws_cloudwatch_event_rule"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.DomainName" {
  to    = "aws_opensearch_domain"
  means = "watches"
  by    = "domain_name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.FileSystemId" {
  to    = ["aws_efs_file_system", "fsx_file_system", "aws_fsx_lustre_file_system"]
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.NatGatewayId" {
  to    = "aws_nat_gateway"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.BucketName" {
  to    = "aws_s3_bucket"
  means = "watches"
  by    = "bucket"
}

link "aws_cloudwatch_metric_alarm" "dimensions.DistributionId" {
  to    = "aws_cloudfront_distribution"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.HealthCheckId" {
  to    = "aws_route53_health_check"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.VolumeId" {
  to    = "aws_ebs_volume"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.LogGroupName" {
  to    = "aws_cloudwatch_log_group"
  means = "watches"
  by    = "name"
}

# An alarm on an expression over several.
link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.QueueName" {
  to    = "aws_sqs_queue"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.FunctionName" {
  to    = "aws_lambda_function"
  means = "watches"
  by    = "function_name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.DBInstanceIdentifier" {
  to    = ["aws_db_instance", "aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance"]
  means = "watches"
  by    = "identifier"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.DBClusterIdentifier" {
  to    = ["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"]
  means = "watches"
  by    = "cluster_identifier"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.TableName" {
  to    = "aws_dynamodb_table"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.LoadBalancer" {
  to    = "load_balancer"
  means = "watches"
  by    = "arn_suffix"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.TargetGroup" {
  to    = "target_group"
  means = "watches"
  by    = "arn_suffix"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.LoadBalancerName" {
  to    = "aws_elb"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.AutoScalingGroupName" {
  to    = "aws_autoscaling_group"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.InstanceId" {
  to    = "aws_instance"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ClusterName" {
  to    = ["aws_ecs_cluster", "aws_eks_cluster"]
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ServiceName" {
  to    = "aws_ecs_service"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.StreamName" {
  to    = "aws_kinesis_stream"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.DeliveryStreamName" {
  to    = "aws_kinesis_firehose_delivery_stream"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.TopicName" {
  to    = "aws_sns_topic"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.CacheClusterId" {
  to    = "aws_elasticache_cluster"
  means = "watches"
  by    = "cluster_id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.CacheClusterId" {
  to    = "aws_elasticache_replication_group"
  means = "watches"
  by    = "replication_group_id"
  part  = "^(.+?)(?:-[0-9]{4})?-[0-9]{3}$"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ReplicationGroupId" {
  to    = "aws_elasticache_replication_group"
  means = "watches"
  by    = "replication_group_id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ApiName" {
  to    = "aws_api_gateway_rest_api"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ApiId" {
  to    = "aws_apigatewayv2_api"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.StateMachineArn" {
  to    = "aws_sfn_state_machine"
  means = "watches"
  by    = "arn"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.RuleName" {
  to    = "aws_cloudwatch_event_rule"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.DomainName" {
  to    = "aws_opensearch_domain"
  means = "watches"
  by    = "domain_name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.FileSystemId" {
  to    = ["aws_efs_file_system", "fsx_file_system", "aws_fsx_lustre_file_system"]
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.NatGatewayId" {
  to    = "aws_nat_gateway"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.BucketName" {
  to    = "aws_s3_bucket"
  means = "watches"
  by    = "bucket"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.DistributionId" {
  to    = "aws_cloudfront_distribution"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.HealthCheckId" {
  to    = "aws_route53_health_check"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.VolumeId" {
  to    = "aws_ebs_volume"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.LogGroupName" {
  to    = "aws_cloudwatch_log_group"
  means = "watches"
  by    = "name"
}

link "aws_fis_experiment_template" "stop_condition.value" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "refers"
}

link "aws_appconfig_environment" "monitor.alarm_arn" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "refers"
}

link "aws_cloudwatch_event_rule" "event_pattern" {
  to    = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  means = "refers"
}

# The names of the metrics that an alarm looks at: also those that a query in SQL or a search may find.
define "metrics" {
  of = "aws_cloudwatch_metric_alarm"
  is = [
    for m in flatten([
      self.metric_name,
      [for q in self.metric_query : [for x in q.metric : x.metric_name]],
      [
        for q in self.metric_query : concat(
          regexall("(?i)\\bSELECT\\s+[A-Z]+\\s*[(]\\s*[\"']?([A-Za-z0-9_.]+)", default(q.expression, "")),
          length(regexall("(?i)\\bSEARCH\\s*[(]", default(q.expression, ""))) > 0 ? regexall("[A-Za-z][A-Za-z0-9_.]+", q.expression) : [],
        )
      ],
    ]) : m
    if default(m, "") != ""
  ]
}

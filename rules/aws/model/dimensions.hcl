# Further dimensions of metrics, by which an alarm says what it watches: directly, and in the queries of an expression.

link "aws_cloudwatch_metric_alarm" "dimensions.Accelerator" {
  to    = "aws_globalaccelerator_accelerator"
  means = "watches"
}

link "aws_cloudwatch_metric_alarm" "dimensions.TransitGateway" {
  to    = "aws_ec2_transit_gateway"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.TransitGatewayAttachment" {
  to    = "tgw_attachment"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.VirtualInterfaceId" {
  to    = ["dx_virtual_interface", "aws_dx_public_virtual_interface"]
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.EndpointId" {
  to    = "aws_route53_resolver_endpoint"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.VPC Endpoint Id" {
  to    = "aws_vpc_endpoint"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.FirewallName" {
  to    = "aws_networkfirewall_firewall"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.WebACL" {
  to    = "aws_wafv2_web_acl"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.GraphQLAPIId" {
  to    = "aws_appsync_graphql_api"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.UserPool" {
  to    = "aws_cognito_user_pool"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.EnvironmentName" {
  to    = "aws_elastic_beanstalk_environment"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.EndpointName" {
  to    = "aws_sagemaker_endpoint"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.Environment" {
  to    = "aws_mwaa_environment"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.Application" {
  to    = "aws_kinesisanalyticsv2_application"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ProjectName" {
  to    = "aws_codebuild_project"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ServerId" {
  to    = "aws_transfer_server"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.DirectoryId" {
  to    = "aws_directory_service_directory"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.PipeName" {
  to    = "aws_pipes_pipe"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ScheduleGroup" {
  to    = "aws_scheduler_schedule_group"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.EventBusName" {
  to    = "aws_cloudwatch_event_bus"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ClusterId" {
  to    = "aws_dax_cluster"
  means = "watches"
  by    = "cluster_name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ProxyName" {
  to    = "aws_db_proxy"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.Workgroup" {
  to    = "aws_redshiftserverless_workgroup"
  means = "watches"
  by    = "workgroup_name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ReplicationInstanceIdentifier" {
  to    = "aws_dms_replication_instance"
  means = "watches"
  by    = "replication_instance_id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.GatewayId" {
  to    = "aws_storagegateway_gateway"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.Accelerator" {
  to    = "aws_globalaccelerator_accelerator"
  means = "watches"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.TransitGateway" {
  to    = "aws_ec2_transit_gateway"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.TransitGatewayAttachment" {
  to    = "tgw_attachment"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.VirtualInterfaceId" {
  to    = ["dx_virtual_interface", "aws_dx_public_virtual_interface"]
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.EndpointId" {
  to    = "aws_route53_resolver_endpoint"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.VPC Endpoint Id" {
  to    = "aws_vpc_endpoint"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.FirewallName" {
  to    = "aws_networkfirewall_firewall"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.WebACL" {
  to    = "aws_wafv2_web_acl"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.GraphQLAPIId" {
  to    = "aws_appsync_graphql_api"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.UserPool" {
  to    = "aws_cognito_user_pool"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.EnvironmentName" {
  to    = "aws_elastic_beanstalk_environment"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.EndpointName" {
  to    = "aws_sagemaker_endpoint"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.Environment" {
  to    = "aws_mwaa_environment"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.Application" {
  to    = "aws_kinesisanalyticsv2_application"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ProjectName" {
  to    = "aws_codebuild_project"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ServerId" {
  to    = "aws_transfer_server"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.DirectoryId" {
  to    = "aws_directory_service_directory"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.PipeName" {
  to    = "aws_pipes_pipe"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ScheduleGroup" {
  to    = "aws_scheduler_schedule_group"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.EventBusName" {
  to    = "aws_cloudwatch_event_bus"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ClusterId" {
  to    = "aws_dax_cluster"
  means = "watches"
  by    = "cluster_name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ProxyName" {
  to    = "aws_db_proxy"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.Workgroup" {
  to    = "aws_redshiftserverless_workgroup"
  means = "watches"
  by    = "workgroup_name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ReplicationInstanceIdentifier" {
  to    = "aws_dms_replication_instance"
  means = "watches"
  by    = "replication_instance_id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.GatewayId" {
  to    = "aws_storagegateway_gateway"
  means = "watches"
  by    = "id"
}

# Compute that AWS runs more of than the machines: applications, jobs, workflows of data, models, small servers.

# App Runner answers by itself; into a network it goes through the subnets of its connector.
resource "aws_apprunner_service" {
  role   = "compute"
  entry  = self.network_configuration[0].ingress_configuration[0].is_publicly_accessible != false
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

edge "aws_apprunner_service" {
  to = flatten([
    for c in refs(self.network_configuration[0].egress_configuration[0].vpc_connector_arn, "aws_apprunner_vpc_connector") : linked(c, "in_subnet")
  ])
  means = "in_subnet"
}

link "aws_apprunner_service" "source_configuration.image_repository.image_configuration.runtime_environment_variables" {
  to    = "client_store"
  means = "reads_writes"
  keys  = "(?i)(?:table|bucket|cluster|db_?instance|replication_?group|broker)_?(?:name|id|identifier)$|(?:^|_)(?:table|bucket)$"
}

link "aws_apprunner_service" "source_configuration.image_repository.image_configuration.runtime_environment_variables" {
  to    = "message_sink"
  means = "sends"
  keys  = "(?i)(?:queue|topic|stream|bus|state_?machine)_?name$|(?:^|_)(?:queue|topic|stream|bus)$"
}

link "aws_apprunner_service" "source_configuration.image_repository.image_configuration.runtime_environment_variables" {
  to    = "callee"
  means = "invokes"
  keys  = "(?i)(?:function|lambda|endpoint)_?name$|(?:^|_)(?:function|lambda)$"
}

link "aws_apprunner_service" "source_configuration.code_repository.code_configuration.code_configuration_values.runtime_environment_variables" {
  to    = "client_store"
  means = "reads_writes"
  keys  = "(?i)(?:table|bucket|cluster|db_?instance|replication_?group|broker)_?(?:name|id|identifier)$|(?:^|_)(?:table|bucket)$"
}

link "aws_apprunner_service" "source_configuration.code_repository.code_configuration.code_configuration_values.runtime_environment_variables" {
  to    = "message_sink"
  means = "sends"
  keys  = "(?i)(?:queue|topic|stream|bus|state_?machine)_?name$|(?:^|_)(?:queue|topic|stream|bus)$"
}

link "aws_apprunner_service" "source_configuration.code_repository.code_configuration.code_configuration_values.runtime_environment_variables" {
  to    = "callee"
  means = "invokes"
  keys  = "(?i)(?:function|lambda|endpoint)_?name$|(?:^|_)(?:function|lambda)$"
}

link "aws_apprunner_service" "instance_configuration.instance_role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

# Elastic Beanstalk keeps a group of machines, of one where nothing says how many. Its settings are texts; workers take no requests.
edge "aws_elastic_beanstalk_environment" {
  to = flatten([
    for s in default(self.setting, []) : refs(s.value, "aws_subnet", "aws_default_subnet") if s.namespace == "aws:ec2:vpc" && s.name == "Subnets"
  ])
  means = "in_subnet"
}

link "aws_elastic_beanstalk_environment" "setting.value" {
  to    = "client_store"
  means = "reads_writes"
}

# Managed Batch starts jobs again that a machine or a task takes along.
resource "aws_batch_compute_environment" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_batch_compute_environment" "compute_resources.subnets" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_batch_compute_environment" "compute_resources.instance_role" {
  to    = "aws_iam_instance_profile"
  means = "assumes"
}

resource "aws_batch_job_queue" {
  role   = "queue"
  zones  = []
  copies = 2
}

link "aws_batch_job_queue" "compute_environment_order.compute_environment" {
  to    = "aws_batch_compute_environment"
  means = "runs_on"
}

link "aws_batch_job_queue" "compute_environments" {
  to    = "aws_batch_compute_environment"
  means = "runs_on"
}

resource "aws_batch_job_definition" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_batch_job_definition" "container_properties" {
  to    = "client_store"
  means = "reads_writes"
}

link "aws_batch_job_definition" "container_properties" {
  to    = "message_sink"
  means = "sends"
}

link "aws_batch_job_definition" "container_properties" {
  to    = "aws_iam_role"
  means = "assumes"
}

# Fleets of machines that are started again, as long as they are asked for.
resource "aws_ec2_fleet" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = self.target_capacity_specification[0].total_target_capacity
}

link "aws_ec2_fleet" "launch_template_config.override.subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_spot_fleet_request" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = self.target_capacity
}

link "aws_spot_fleet_request" "launch_specification.subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_spot_fleet_request" "launch_template_config.overrides.subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_spot_fleet_request" "target_group_arns" {
  to      = "target_group"
  means   = "targets"
  reverse = true
}

resource "aws_spot_instance_request" {
  role   = "compute"
  zones  = self.availability_zone != null ? [self.availability_zone] : self.subnet_id == null ? [null] : flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 1
}

link "aws_spot_instance_request" "subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

# Data: engines that AWS starts for each job, in a zone that works.
resource "aws_emrserverless_application" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_emrserverless_application" "network_configuration.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_glue_job" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_glue_job" "role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

link "aws_glue_job" "default_arguments" {
  to    = "client_store"
  means = "reads_writes"
  keys  = "(?i)(?:table|bucket|cluster|db_?instance|replication_?group|broker)_?(?:name|id|identifier)$|(?:^|_)(?:table|bucket)$"
}

resource "aws_glue_crawler" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_glue_crawler" "s3_target.path" {
  to    = "aws_s3_bucket"
  means = "reads_writes"
}

link "aws_glue_crawler" "dynamodb_target.path" {
  to    = "aws_dynamodb_table"
  means = "reads_writes"
  by    = "name"
}

link "aws_glue_crawler" "role" {
  to    = "aws_iam_role"
  means = "assumes"
  by    = "name"
}

resource "aws_glue_trigger" {
  role   = "bus"
  zones  = []
  copies = 2
}

link "aws_glue_trigger" "actions.job_name" {
  to    = "aws_glue_job"
  means = "async_invokes"
  by    = "name"
}

link "aws_glue_trigger" "actions.crawler_name" {
  to    = "aws_glue_crawler"
  means = "async_invokes"
  by    = "name"
}

resource "aws_mwaa_environment" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_mwaa_environment" "network_configuration.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_mwaa_environment" "source_bucket_arn" {
  to    = "aws_s3_bucket"
  means = "reads_writes"
}

link "aws_mwaa_environment" "execution_role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

resource "aws_datasync_task" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_datasync_task" "cloudwatch_log_group_arn" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
}

# Builds and releases.
resource "aws_codebuild_project" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_codebuild_project" "vpc_config.subnets" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_codebuild_project" "service_role" {
  to    = "aws_iam_role"
  means = "assumes"
  by    = "name"
}

resource "aws_codepipeline" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_codepipeline" "stage.action.configuration" {
  to    = "aws_codebuild_project"
  means = "invokes"
}

link "aws_codepipeline" "role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

link "aws_codepipeline" "artifact_store.location" {
  to    = "aws_s3_bucket"
  means = "reads_writes"
  by    = "bucket"
}

# Models: SageMaker spreads two or more machines of an endpoint over zones, and replaces one that fails.
define "variant_machines" {
  of = "aws_sagemaker_endpoint_configuration"
  is = [for v in default(self.production_variants, []) : length(default(v.serverless_config, [])) > 0 ? 2 : default(v.initial_instance_count, 1)]
}

resource "aws_sagemaker_endpoint_configuration" {
  role   = "other"
  zones  = []
  copies = 2
}

resource "aws_sagemaker_model" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_sagemaker_endpoint_configuration" "production_variants.model_name" {
  to    = "aws_sagemaker_model"
  means = "uses"
  by    = "name"
}

resource "aws_sagemaker_notebook_instance" {
  role   = "compute"
  zones  = self.subnet_id == null ? [null] : flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 1
}

link "aws_sagemaker_notebook_instance" "subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_bedrockagent_agent" {
  role   = "compute"
  zones  = []
  copies = 2
}

join "aws_bedrockagent_agent_action_group" {
  from  = "agent_id"
  to    = "action_group_executor.lambda"
  means = "invokes"
}

# Flink starts a job again from its last snapshot.
resource "aws_kinesisanalyticsv2_application" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 1
}

link "aws_kinesisanalyticsv2_application" "application_configuration.vpc_configuration.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_kinesisanalyticsv2_application" "application_configuration.sql_application_configuration.input.kinesis_streams_input.resource_arn" {
  to    = "aws_kinesis_stream"
  means = "consumes"
}

link "aws_kinesisanalyticsv2_application" "application_configuration.environment_properties.property_group.property_map" {
  to    = "message_sink"
  means = "sends"
}

# Desktops, games and mainframes.
resource "aws_appstream_fleet" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = default(self.compute_capacity[0].desired_instances, self.compute_capacity[0].desired_sessions, 1)
}

link "aws_appstream_fleet" "vpc_config.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_workspaces_workspace" {
  role   = "compute"
  zones  = [null]
  copies = 1
}

resource "aws_gamelift_fleet" {
  role   = "compute"
  zones  = []
  copies = 2
}

resource "aws_m2_environment" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = default(self.high_availability_config[0].desired_capacity, 1)
}

link "aws_m2_environment" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

# Lightsail: small servers of one zone, which have public addresses, and what stands in front of them.
resource "aws_lightsail_instance" {
  role   = "compute"
  entry  = true
  zones  = [self.availability_zone]
  copies = 1
}

resource "aws_lightsail_lb" {
  role   = "ingress"
  entry  = true
  zones  = []
  copies = 2
}

join "aws_lightsail_lb_attachment" {
  from  = "lb_name"
  to    = "instance_name"
  means = "targets"
}

link "aws_lightsail_lb_attachment" "lb_name" {
  to    = "aws_lightsail_lb"
  means = "refers"
  by    = "name"
}

link "aws_lightsail_lb_attachment" "instance_name" {
  to    = "aws_lightsail_instance"
  means = "refers"
  by    = "name"
}

resource "aws_lightsail_container_service" {
  role   = "compute"
  entry  = true
  zones  = []
  copies = self.scale
}

# Files that come from elsewhere: a gateway runs on one machine.
resource "aws_storagegateway_gateway" {
  role   = "datastore"
  zones  = flatten([for m in linked(self, "runs_on") : zones(m)])
  copies = 1
}

link "aws_storagegateway_gateway" "gateway_ip_address" {
  to    = "aws_instance"
  means = "runs_on"
}

# A watch on what others serve.
resource "aws_synthetics_canary" {
  role   = "observer"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_synthetics_canary" "vpc_config.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

define "recovery" {
  of = [
    "aws_elastic_beanstalk_environment",
    "aws_batch_compute_environment",
    "aws_ec2_fleet",
    "aws_spot_fleet_request",
    "aws_appstream_fleet",
    "aws_sagemaker_endpoint",
    "aws_kinesisanalyticsv2_application",
    "aws_lightsail_container_service",
  ]
  is = "relaunch"
}

define "recovery" {
  of = [
    "aws_spot_instance_request",
    "aws_sagemaker_notebook_instance",
    "aws_workspaces_workspace",
    "aws_lightsail_instance",
    "aws_storagegateway_gateway",
  ]
  is = "none"
}

define "recovery" {
  of = "aws_m2_environment"
  is = copies(self) >= 2 ? "relaunch" : "none"
}

define "recovery" {
  of = [
    "aws_apprunner_service",
    "aws_batch_job_queue",
    "aws_batch_job_definition",
    "aws_emrserverless_application",
    "aws_glue_job",
    "aws_glue_crawler",
    "aws_glue_trigger",
    "aws_mwaa_environment",
    "aws_datasync_task",
    "aws_codebuild_project",
    "aws_codepipeline",
    "aws_sagemaker_endpoint_configuration",
    "aws_sagemaker_model",
    "aws_bedrockagent_agent",
    "aws_gamelift_fleet",
    "aws_lightsail_lb",
    "aws_synthetics_canary",
  ]
  is = "regional"
}

# Services that few architectures have, and what certificates, games and mainframes hang on.

# People and their devices come in through these, which AWS runs in all zones.
resource "aws_connect_instance" {
  role   = "entry"
  entry  = self.inbound_calls_enabled == true
  zones  = []
  copies = 2
}

link "aws_connect_instance_storage_config" "instance_id" {
  to    = "aws_connect_instance"
  means = "configures"
}

join "aws_connect_instance_storage_config" {
  from  = "instance_id"
  to    = "storage_config.kinesis_stream_config.stream_arn"
  means = "sends"
}

join "aws_connect_instance_storage_config" {
  from  = "instance_id"
  to    = "storage_config.kinesis_firehose_config.firehose_arn"
  means = "sends"
}

resource "aws_chime_voice_connector" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

resource "aws_transfer_web_app" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

resource "aws_bedrockagentcore_gateway" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

join "aws_bedrockagentcore_gateway_target" {
  from  = "gateway_identifier"
  to    = "target_configuration.mcp.lambda.lambda_arn"
  means = "integrates"
}

resource "aws_bedrockagentcore_agent_runtime" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_bedrockagentcore_agent_runtime" "network_configuration.network_mode_config.subnets" {
  to    = "subnet"
  means = "in_subnet"
}

# AWS puts a load balancer before these tasks.
resource "aws_ecs_express_gateway_service" {
  role   = "compute"
  entry  = true
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = default(self.scaling_target[0].min_task_count, 1)
}

link "aws_ecs_express_gateway_service" "network_configuration.subnets" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_ecs_express_gateway_service" "cluster" {
  to    = "aws_ecs_cluster"
  means = "member_of"
  by    = "name"
}

# Anycast addresses that lead to single machines.
resource "aws_globalaccelerator_custom_routing_accelerator" {
  role   = "entry"
  entry  = self.enabled != false
  zones  = []
  copies = 2
}

link "aws_globalaccelerator_custom_routing_listener" "accelerator_arn" {
  to    = "aws_globalaccelerator_custom_routing_accelerator"
  means = "listens_on"
}

link "aws_globalaccelerator_custom_routing_endpoint_group" "listener_arn" {
  to    = "aws_globalaccelerator_custom_routing_listener"
  means = "listens_on"
}

link "aws_globalaccelerator_custom_routing_endpoint_group" "endpoint_configuration.endpoint_id" {
  to    = "aws_subnet"
  means = "forwards"
}

# Games: sessions are placed in the first fleet that has room.
resource "aws_gamelift_game_session_queue" {
  role   = "ingress"
  zones  = []
  copies = 2
}

link "aws_gamelift_game_session_queue" "destinations" {
  to    = ["aws_gamelift_fleet", "aws_gamelift_alias"]
  means = "targets"
}

link "aws_gamelift_game_session_queue" "notification_target" {
  to    = "aws_sns_topic"
  means = "sends"
}

resource "aws_gamelift_alias" {
  role   = "ingress"
  zones  = []
  copies = 2
}

link "aws_gamelift_alias" "routing_strategy.fleet_id" {
  to    = "aws_gamelift_fleet"
  means = "forwards"
}

resource "aws_gamelift_game_server_group" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = self.min_size
}

link "aws_gamelift_game_server_group" "vpc_subnets" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_gamelift_game_server_group" "launch_template.id" {
  to    = "aws_launch_template"
  means = "uses"
}

# Mainframes: an application runs in an environment, over the file systems of that one.
resource "aws_m2_application" {
  role   = "compute"
  zones  = []
  copies = 2
}

join "aws_m2_deployment" {
  from  = "application_id"
  to    = "environment_id"
  means = "runs_on"
}

link "aws_m2_environment" "storage_configuration.efs.file_system_id" {
  to    = "aws_efs_file_system"
  means = "mounts"
}

link "aws_m2_environment" "storage_configuration.fsx.file_system_id" {
  to    = ["aws_fsx_lustre_file_system", "fsx_file_system"]
  means = "mounts"
}

# Pictures and sound: a channel of the standard class runs twice, in two zones.
resource "aws_medialive_channel" {
  role   = "compute"
  zones  = []
  copies = default(self.channel_class, "STANDARD") == "SINGLE_PIPELINE" ? 1 : 2
}

resource "aws_media_package_channel" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

resource "aws_ivs_channel" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

link "aws_medialive_channel" "destinations.media_package_settings.channel_id" {
  to    = "aws_media_package_channel"
  means = "sends"
}

# What takes in events for a search domain, and older analytics over streams.
resource "aws_osis_pipeline" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = self.min_units
}

link "aws_osis_pipeline" "vpc_options.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_osis_pipeline" "pipeline_configuration_body" {
  to    = ["aws_opensearch_domain", "aws_opensearchserverless_collection"]
  means = "reads_writes"
}

link "aws_osis_pipeline" "pipeline_configuration_body" {
  to    = ["aws_sqs_queue", "aws_msk_cluster", "aws_kinesis_stream"]
  means = "consumes"
}

resource "aws_kinesis_analytics_application" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_kinesis_analytics_application" "inputs.kinesis_stream.resource_arn" {
  to    = "aws_kinesis_stream"
  means = "consumes"
}

link "aws_kinesis_analytics_application" "inputs.kinesis_firehose.resource_arn" {
  to    = "aws_kinesis_firehose_delivery_stream"
  means = "consumes"
}

# Files go out through a connector, and come in through shares of a gateway.
resource "aws_transfer_connector" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_storagegateway_nfs_file_share" {
  role   = "datastore"
  zones  = []
  copies = 2
}

resource "aws_storagegateway_smb_file_share" {
  role   = "datastore"
  zones  = []
  copies = 2
}

set "gateway_share" {
  types = ["aws_storagegateway_nfs_file_share", "aws_storagegateway_smb_file_share"]
}

link "gateway_share" "gateway_arn" {
  to    = "aws_storagegateway_gateway"
  means = "runs_on"
}

link "gateway_share" "location_arn" {
  to    = "aws_s3_bucket"
  means = "reads_writes"
}

# Data that AWS keeps in several zones.
resource "aws_s3vectors_vector_bucket" {
  role   = "datastore"
  zones  = []
  copies = 2
}

resource "aws_glacier_vault" {
  role   = "datastore"
  zones  = []
  copies = 2
}

link "aws_glacier_vault" "notification.sns_topic" {
  to    = "aws_sns_topic"
  means = "sends"
}

# Further ways into a network.
resource "aws_vpclattice_resource_gateway" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_vpclattice_resource_gateway" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_networkfirewall_vpc_endpoint_association" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 1
}

link "aws_networkfirewall_vpc_endpoint_association" "subnet_mapping.subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_networkfirewall_vpc_endpoint_association" "firewall_arn" {
  to    = "aws_networkfirewall_firewall"
  means = "member_of"
}

resource "aws_redshiftserverless_endpoint_access" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_redshiftserverless_endpoint_access" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_redshiftserverless_endpoint_access" "workgroup_name" {
  to    = "aws_redshiftserverless_workgroup"
  means = "proxies"
  by    = "workgroup_name"
}

# A switch that a health check follows: who turns it moves requests to the other place.
link "aws_route53_health_check" "routing_control_arn" {
  to    = "aws_route53recoverycontrolconfig_routing_control"
  means = "uses"
}

link "aws_route53_health_check" "child_healthchecks" {
  to    = "aws_route53_health_check"
  means = "uses"
}

link "aws_route53_health_check" "fqdn" {
  to    = "record_target"
  means = "watches"
}

# Certificates: AWS renews one as long as the record stays by which it was validated.
resource "aws_acm_certificate" {
  role   = "identity"
  zones  = []
  copies = 2
}

link "aws_acm_certificate_validation" "certificate_arn" {
  to    = "aws_acm_certificate"
  means = "configures"
}

edge "aws_acm_certificate" {
  to    = [for r in referrers(self, "refers", "aws_route53_record") : r if length(refs([r.name, r.records], "aws_acm_certificate")) > 0]
  means = "uses"
}

link "listener" "certificate_arn" {
  to    = "shown_certificate"
  means = "uses"
}

join "aws_lb_listener_certificate" {
  from  = "listener_arn"
  to    = "certificate_arn"
  means = "uses"
}

link "aws_cloudfront_distribution" "viewer_certificate.acm_certificate_arn" {
  to    = "shown_certificate"
  means = "uses"
}

define "recovery" {
  of = [
    "aws_acm_certificate",
    "aws_bedrockagentcore_agent_runtime",
    "aws_bedrockagentcore_gateway",
    "aws_chime_voice_connector",
    "aws_connect_instance",
    "aws_gamelift_alias",
    "aws_gamelift_game_session_queue",
    "aws_glacier_vault",
    "aws_globalaccelerator_custom_routing_accelerator",
    "aws_ivs_channel",
    "aws_kinesis_analytics_application",
    "aws_m2_application",
    "aws_media_package_channel",
    "aws_redshiftserverless_endpoint_access",
    "aws_s3vectors_vector_bucket",
    "aws_transfer_connector",
    "aws_transfer_web_app",
    "aws_vpclattice_resource_gateway",
    "gateway_share",
  ]
  is = "regional"
}

define "recovery" {
  of = [
    "aws_ecs_express_gateway_service",
    "aws_gamelift_game_server_group",
    "aws_osis_pipeline",
  ]
  is = "relaunch"
}

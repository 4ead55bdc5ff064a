# Data sources: which of their answers follow from the configuration, and which of their arguments do not say what they answer with.

# The Region of a provider is where its data sources look, unless they ask for another one by its name or by its endpoint of EC2. (`region` of
# a data source is of release 6 and later.) What the endpoints in `eusc-` end in depends on the release of the provider.
data "aws_region" {
  answers = [
    for region in [coalesce(
      self.name, self.endpoint == null ? null : split(".", self.endpoint)[1], self.region, provider.region,
    )] :
    {
      name   = region
      region = region
      id     = region
      endpoint = [
        for suffix in [
          startswith(region, "cn-") ? "amazonaws.com.cn" :
          startswith(region, "us-iso-") ? "c2s.ic.gov" :
          startswith(region, "us-isob-") ? "sc2s.sgov.gov" :
          startswith(region, "eu-isoe-") ? "cloud.adc-e.uk" :
          startswith(region, "us-isof-") ? "csp.hci.ic.gov" :
          length(regexall("^(af|ap|ca|eu|il|me|mx|sa|us)-(gov-)?[a-z]+-[0-9]+$", region)) > 0 ? "amazonaws.com" : null
        ] : suffix == null ? null : "ec2.${region}.${suffix}"
      ][0]
    }
  ][0]
}

data "aws_partition" {
  answers = {
    for name, values in {
      partition  = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"]
      id         = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"]
      dns_suffix = [
        "amazonaws.com", "amazonaws.com.cn", "amazonaws.com", "c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov", "amazonaws.eu",
      ]
      reverse_dns_prefix = [
        "com.amazonaws", "cn.com.amazonaws", "com.amazonaws", "gov.ic.c2s", "gov.sgov.sc2s", "uk.adc-e.cloud", "gov.ic.hci.csp", "eu.amazonaws",
      ]
    } :
    name => (
      startswith(provider.region, "cn-") ? values[1] :
      startswith(provider.region, "us-gov-") ? values[2] :
      startswith(provider.region, "us-iso-") ? values[3] :
      startswith(provider.region, "us-isob-") ? values[4] :
      startswith(provider.region, "eu-isoe-") ? values[5] :
      startswith(provider.region, "us-isof-") ? values[6] :
      startswith(provider.region, "eusc-") ? values[7] :
      length(regexall("^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[0-9]+$", provider.region)) > 0 ? values[0] :
      null
    )
  }
}

# Everything behind the fifth colon is the resource.
data "aws_arn" {
  answers = [
    for parts in [split(":", self.arn)] :
    {
      id        = self.arn
      partition = parts[1]
      service   = parts[2]
      region    = parts[3]
      account   = parts[4]
      resource  = join(":", slice(parts, 5, length(parts)))
    } if parts[0] == "arn"
  ][0]
}

# Functions of the provider. An argument that is no ARN has no result.
function "hashicorp/aws" "arn_build" {
  parameters = ["partition", "service", "region", "account_id", "resource"]
  result     = "arn:${self.partition}:${self.service}:${self.region}:${self.account_id}:${self.resource}"
}

function "hashicorp/aws" "trim_iam_role_path" {
  parameters = ["arn"]
  result = [
    for parts in [split("/", self.arn)] :
    "${parts[0]}/${parts[length(parts) - 1]}" if endswith(parts[0], ":role")
  ][0]
}

# Only some services have the suffix of their partition.
data "aws_service_principal" {
  answers = [
    for region in [coalesce(self.region, provider.region)] : [
      for suffix in [
        startswith(region, "cn-") && contains(["codedeploy", "elasticmapreduce", "logs"], self.service_name) ? "amazonaws.com.cn" :
        startswith(region, "us-iso-") && contains(["cloudhsm", "config", "logs", "workspaces"], self.service_name) ? "c2s.ic.gov" :
        startswith(region, "us-isob-") && contains(["dms", "logs"], self.service_name) ? "sc2s.sgov.gov" :
        "amazonaws.com"
      ] :
      {
        id     = "${self.service_name}.${region}.${suffix}"
        name   = "${self.service_name}.${suffix}"
        region = region
        suffix = suffix
      }
    ][0]
  ][0]
}

# A service by its id, or by a name that has all: `com.amazonaws.eu-west-1.s3`, or the same backwards.
data "aws_service" {
  answers = [
    for parts in [
      self.dns_name != null ? reverse(split(".", self.dns_name)) :
      self.reverse_dns_name != null ? split(".", self.reverse_dns_name) :
      [
        coalesce(self.reverse_dns_prefix, (
          startswith(provider.region, "cn-") ? "cn.com.amazonaws" :
          startswith(provider.region, "us-iso-") ? "gov.ic.c2s" :
          startswith(provider.region, "us-isob-") ? "gov.sgov.sc2s" :
          startswith(provider.region, "eu-isoe-") ? "uk.adc-e.cloud" :
          startswith(provider.region, "us-isof-") ? "gov.ic.hci.csp" :
          startswith(provider.region, "eusc-") ? "eu.amazonaws" :
          "com.amazonaws"
        )),
        coalesce(self.region, provider.region),
        self.service_id,
      ]
    ] : {
      id                 = join(".", parts)
      reverse_dns_name   = join(".", parts)
      dns_name           = lower(join(".", reverse(split(".", join(".", parts)))))
      reverse_dns_prefix = join(".", slice(parts, 0, length(parts) - 2))
      region             = parts[length(parts) - 2]
      service_id         = parts[length(parts) - 1]
      partition = (
        startswith(parts[length(parts) - 2], "cn-") ? "aws-cn" :
        startswith(parts[length(parts) - 2], "us-gov-") ? "aws-us-gov" :
        startswith(parts[length(parts) - 2], "us-iso-") ? "aws-iso" :
        startswith(parts[length(parts) - 2], "us-isob-") ? "aws-iso-b" :
        startswith(parts[length(parts) - 2], "eu-isoe-") ? "aws-iso-e" :
        startswith(parts[length(parts) - 2], "us-isof-") ? "aws-iso-f" :
        startswith(parts[length(parts) - 2], "eusc-") ? "aws-eusc" :
        length(regexall("^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[0-9]+$", parts[length(parts) - 2])) > 0 ? "aws" : null
      )
    }
  ][0]
}

data "aws_default_tags" {
  answers = {
    id   = "aws_default_tags"
    tags = provider.default_tags == null ? {} : coalesce(provider.default_tags[0].tags, {})
  }
}

# What has tags has those of the provider as well; its own ones win. With neither, the provider decides at apply what it tells.
computed "tagged" {
  answers = {
    tags_all = (
      length(coalesce(provider.ignore_tags, [])) > 0 ? null
      : provider.default_tags == null && self.tags == null ? null
      : merge(provider.default_tags == null ? {} : coalesce(provider.default_tags[0].tags, {}), coalesce(self.tags, {}))
    )
  }
}

# What rules ask for its tags.
set "tagged" {
  types = [
    "aws_db_instance",
    "aws_docdb_cluster",
    "aws_dynamodb_table",
    "aws_ebs_volume",
    "aws_ecs_service",
    "aws_ecs_task_definition",
    "aws_efs_file_system",
    "aws_fsx_lustre_file_system",
    "aws_fsx_ontap_volume",
    "aws_fsx_openzfs_file_system",
    "aws_fsx_windows_file_system",
    "aws_instance",
    "aws_lambda_function",
    "aws_neptune_cluster",
    "aws_rds_cluster",
    "aws_redshift_cluster",
    "aws_redshiftserverless_namespace",
    "aws_s3_bucket",
    "aws_sfn_state_machine",
    "aws_timestreamwrite_table",
  ]
}

# Its tags, those of the provider among them.
define "all_tags" {
  is = merge(default(self.tags_all, {}), default(self.tags, {}))
}

# The document is what its arguments say: those that it starts from, its own statements, those that override. Of statements with one
# `Sid` the last one counts, at the place of the first. Blocks are sets, which the provider goes through in the order of their checksums.
data "aws_iam_policy_document" {
  order = [
    ["Version", "Id", "Statement"],
    ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"],
  ]
  indents = { json = 2, minified_json = 0 }

  documents = {
    for name in ["json", "minified_json"] :
    name => [
      for all in [
        concat(
          [
            for text in concat([self.source_json], coalesce(self.source_policy_documents, [])) :
            jsondecode(text) if text != null && text != ""
          ],
          [{
            Version = coalesce(self.version, "2012-10-17")
            Id      = self.policy_id == "" ? null : self.policy_id
            own     = true
            Statement = [
              for s in coalesce(self.statement, []) :
              merge(
                {
                  Sid    = s.sid == "" ? null : s.sid
                  Effect = coalesce(s.effect, "Allow")
                },
                {
                  for key, texts in { Action = s.actions, NotAction = s.not_actions } :
                  key => single(descending(by_key(filled(texts), texts)))
                },
                {
                  for key, texts in { Resource = s.resources, NotResource = s.not_resources } :
                  key => substitute(single(descending(by_key(filled(texts), texts))), "&{", "$${")
                },
                {
                  for key, blocks in { Principal = s.principals, NotPrincipal = s.not_principals } :
                  key => filled(blocks) == null ? null : [
                    for principals in [{
                      for type in distinct([for p in blocks : p.type]) :
                      type => [
                        for alike in [by_key(
                          [for p in blocks : descending(by_key(p.identifiers, p.identifiers)) if p.type == type],
                          [
                            for p in blocks :
                            crc32("identifiers:{${join("", [for i in by_key(p.identifiers, [for i in p.identifiers : crc32("${i};")]) : "${i};"])}};type:${p.type};")
                            if p.type == type
                          ],
                        )] :
                        substitute(length(alike) == 1 ? single(alike[0]) : concat(alike...), "&{", "$${")
                      ][0]
                    }] :
                    length(principals) == 1 && try(principals["*"], null) == "*" ? "*" : principals
                  ][0]
                },
                {
                  Condition = filled(s.condition) == null ? null : {
                    for test in distinct([for c in s.condition : c.test]) :
                    test => {
                      for variable in distinct([for c in s.condition : c.variable if c.test == test]) :
                      variable => substitute(single(concat(by_key(
                        [for c in s.condition : [for v in c.values : v] if c.test == test && c.variable == variable],
                        [
                          for c in s.condition :
                          crc32("test:${c.test};values:(${join("", [for v in c.values : "${v};"])});variable:${c.variable};")
                          if c.test == test && c.variable == variable
                        ],
                      )...)), "&{", "$${")
                    }
                  }
                },
              )
            ]
          }],
          [
            for text in concat(coalesce(self.override_policy_documents, []), [self.override_json]) :
            jsondecode(text) if text != null && text != ""
          ],
        )
      ] : [
        for statements in [flatten([
          for document in all :
          try(document.own, false) ? document.Statement : [
            for s in flatten([try(document.Statement, [])]) :
            merge(
              { for key in ["Effect", "Action", "NotAction", "Resource", "NotResource"] : key => try(s[key], null) },
              {
                for key in ["Principal", "NotPrincipal"] :
                key => try({ for type, names in s[key] : type => descending(names) }, s[key] == null ? null : "*", null)
              },
              {
                Sid = try(s.Sid == "" ? null : s.Sid, null)
                Condition = try({
                  for test, variables in s.Condition :
                  test => { for variable, values in variables : variable => single(as_text(values)) }
                }, null)
              },
            )
          ]
        ])] :
        {
          Version = (
            coalesce(self.version, "2012-10-17") == "2012-10-17"
            ? "2012-10-17"
            : reverse(sort([for document in all : try(document.Version, "")]))[0]
          )
          Id = length(all) == 1 ? all[0].Id : [
            for ids in [[for document in all : document.Id if coalesce(try(document.Id, null), "-") != "-"]] :
            length(ids) == 0 ? null : ids[length(ids) - 1]
          ][0]
          Statement = filled([
            for at, s in statements :
            s.Sid == null ? s : [for t in statements : t if t.Sid == s.Sid][length([for t in statements : t if t.Sid == s.Sid]) - 1]
            if s.Sid == null || length([for before, t in statements : t if before < at && t.Sid == s.Sid]) == 0
          ])
        }
      ][0]
    ][0]
  }
}

# Arguments that are searched by. What is found says it in its own words: the whole version, the name of a zone without the last dot.
searched {
  arguments = [
    "aws_account_primary_contact.account_id",
    "aws_acm_certificate.domain",
    "aws_alb.arn",
    "aws_alb.name",
    "aws_alb_listener.arn",
    "aws_alb_listener.load_balancer_arn",
    "aws_alb_listener.port",
    "aws_alb_target_group.arn",
    "aws_alb_target_group.load_balancing_anomaly_mitigation",
    "aws_alb_target_group.name",
    "aws_api_gateway_domain_name.domain_name_id",
    "aws_appconfig_application.name",
    "aws_appmesh_gateway_route.mesh_owner",
    "aws_appmesh_mesh.mesh_owner",
    "aws_appmesh_route.mesh_owner",
    "aws_appmesh_virtual_node.mesh_owner",
    "aws_appmesh_virtual_router.mesh_owner",
    "aws_appmesh_virtual_service.mesh_owner",
    "aws_appstream_image.arn",
    "aws_appstream_image.name",
    "aws_availability_zone.name",
    "aws_availability_zone.state",
    "aws_availability_zone.zone_id",
    "aws_budgets_budget.account_id",
    "aws_cloudformation_type.arn",
    "aws_cloudformation_type.type",
    "aws_cloudformation_type.type_name",
    "aws_cloudfront_response_headers_policy.name",
    "aws_cloudhsm_v2_cluster.cluster_state",
    "aws_codeartifact_authorization_token.domain_owner",
    "aws_codeartifact_repository_endpoint.domain_owner",
    "aws_codestarconnections_connection.arn",
    "aws_codestarconnections_connection.name",
    "aws_connect_contact_flow.contact_flow_id",
    "aws_connect_contact_flow.name",
    "aws_connect_contact_flow_module.contact_flow_module_id",
    "aws_connect_contact_flow_module.name",
    "aws_connect_hours_of_operation.hours_of_operation_id",
    "aws_connect_hours_of_operation.name",
    "aws_connect_instance.instance_alias",
    "aws_connect_instance.instance_id",
    "aws_connect_queue.name",
    "aws_connect_queue.queue_id",
    "aws_connect_quick_connect.name",
    "aws_connect_quick_connect.quick_connect_id",
    "aws_connect_routing_profile.name",
    "aws_connect_routing_profile.routing_profile_id",
    "aws_connect_security_profile.name",
    "aws_connect_security_profile.security_profile_id",
    "aws_connect_user.name",
    "aws_connect_user.user_id",
    "aws_connect_user_hierarchy_group.hierarchy_group_id",
    "aws_connect_user_hierarchy_group.name",
    "aws_connect_vocabulary.name",
    "aws_connect_vocabulary.vocabulary_id",
    "aws_datazone_domain.name",
    "aws_db_instance.db_instance_identifier",
    "aws_docdb_engine_version.parameter_group_family",
    "aws_docdb_engine_version.version",
    "aws_docdb_orderable_db_instance.engine_version",
    "aws_docdb_orderable_db_instance.instance_class",
    "aws_docdb_orderable_db_instance.vpc",
    "aws_ec2_capacity_block_offering.end_date_range",
    "aws_ec2_capacity_block_offering.start_date_range",
    "aws_ec2_client_vpn_endpoint.client_vpn_endpoint_id",
    "aws_ec2_coip_pool.local_gateway_route_table_id",
    "aws_ec2_coip_pool.pool_id",
    "aws_ec2_host.host_id",
    "aws_ec2_local_gateway.state",
    "aws_ec2_local_gateway_route_table.local_gateway_id",
    "aws_ec2_local_gateway_route_table.local_gateway_route_table_id",
    "aws_ec2_local_gateway_route_table.outpost_arn",
    "aws_ec2_local_gateway_route_table.state",
    "aws_ec2_local_gateway_virtual_interface_group.local_gateway_id",
    "aws_ec2_managed_prefix_list.name",
    "aws_ec2_network_insights_analysis.network_insights_analysis_id",
    "aws_ec2_network_insights_path.network_insights_path_id",
    "aws_ec2_transit_gateway_attachment.transit_gateway_attachment_id",
    "aws_ec2_transit_gateway_connect.transit_gateway_connect_id",
    "aws_ec2_transit_gateway_connect_peer.transit_gateway_connect_peer_id",
    "aws_ec2_transit_gateway_multicast_domain.transit_gateway_multicast_domain_id",
    "aws_ecr_image.image_digest",
    "aws_ecr_image.registry_id",
    "aws_ecr_repository.registry_id",
    "aws_efs_file_system.creation_token",
    "aws_efs_file_system.file_system_id",
    "aws_efs_mount_target.file_system_id",
    "aws_efs_mount_target.mount_target_id",
    "aws_eip.public_ip",
    "aws_globalaccelerator_accelerator.arn",
    "aws_globalaccelerator_accelerator.name",
    "aws_globalaccelerator_custom_routing_accelerator.arn",
    "aws_globalaccelerator_custom_routing_accelerator.name",
    "aws_glue_catalog_table.catalog_id",
    "aws_iam_openid_connect_provider.arn",
    "aws_iam_openid_connect_provider.url",
    "aws_iam_policy.arn",
    "aws_iam_policy.name",
    "aws_iam_server_certificate.name",
    "aws_identitystore_group.group_id",
    "aws_identitystore_user.user_id",
    "aws_internet_gateway.internet_gateway_id",
    "aws_kinesis_stream_consumer.arn",
    "aws_kinesis_stream_consumer.name",
    "aws_kms_custom_key_store.custom_key_store_id",
    "aws_kms_custom_key_store.custom_key_store_name",
    "aws_lambda_layer_version.version",
    "aws_launch_template.name",
    "aws_lb.arn",
    "aws_lb.name",
    "aws_lb_listener.arn",
    "aws_lb_listener.load_balancer_arn",
    "aws_lb_listener.port",
    "aws_lb_listener_rule.arn",
    "aws_lb_listener_rule.listener_arn",
    "aws_lb_listener_rule.priority",
    "aws_lb_target_group.arn",
    "aws_lb_target_group.load_balancing_anomaly_mitigation",
    "aws_lb_target_group.name",
    "aws_lb_trust_store.arn",
    "aws_lb_trust_store.name",
    "aws_location_geofence_collection.kms_key_id",
    "aws_mq_broker.broker_id",
    "aws_mq_broker.broker_name",
    "aws_msk_kafka_version.version",
    "aws_nat_gateway.state",
    "aws_nat_gateway.subnet_id",
    "aws_nat_gateway.vpc_id",
    "aws_neptune_engine_version.parameter_group_family",
    "aws_neptune_engine_version.version",
    "aws_neptune_orderable_db_instance.engine_version",
    "aws_neptune_orderable_db_instance.instance_class",
    "aws_neptune_orderable_db_instance.vpc",
    "aws_networkfirewall_firewall.arn",
    "aws_networkfirewall_firewall.name",
    "aws_opensearchserverless_collection.name",
    "aws_outposts_outpost.arn",
    "aws_outposts_outpost.name",
    "aws_outposts_outpost_instance_type.instance_type",
    "aws_outposts_outposts.availability_zone",
    "aws_outposts_outposts.availability_zone_id",
    "aws_outposts_outposts.owner_id",
    "aws_outposts_outposts.site_id",
    "aws_outposts_site.name",
    "aws_prefix_list.name",
    "aws_quicksight_analysis.aws_account_id",
    "aws_quicksight_data_set.aws_account_id",
    "aws_quicksight_group.aws_account_id",
    "aws_quicksight_theme.aws_account_id",
    "aws_quicksight_user.aws_account_id",
    "aws_ram_resource_share.name",
    "aws_rds_engine_version.parameter_group_family",
    "aws_rds_engine_version.version",
    "aws_rds_orderable_db_instance.availability_zone_group",
    "aws_rds_orderable_db_instance.engine_version",
    "aws_rds_orderable_db_instance.instance_class",
    "aws_rds_orderable_db_instance.license_model",
    "aws_rds_orderable_db_instance.read_replica_capable",
    "aws_rds_orderable_db_instance.storage_type",
    "aws_rds_orderable_db_instance.supports_clusters",
    "aws_rds_orderable_db_instance.supports_enhanced_monitoring",
    "aws_rds_orderable_db_instance.supports_global_databases",
    "aws_rds_orderable_db_instance.supports_iam_database_authentication",
    "aws_rds_orderable_db_instance.supports_iops",
    "aws_rds_orderable_db_instance.supports_kerberos_authentication",
    "aws_rds_orderable_db_instance.supports_multi_az",
    "aws_rds_orderable_db_instance.supports_performance_insights",
    "aws_rds_orderable_db_instance.supports_storage_autoscaling",
    "aws_rds_orderable_db_instance.supports_storage_encryption",
    "aws_rds_orderable_db_instance.vpc",
    "aws_redshift_orderable_cluster.cluster_type",
    "aws_redshift_orderable_cluster.cluster_version",
    "aws_redshift_orderable_cluster.node_type",
    "aws_resourceexplorer2_search.view_arn",
    "aws_route.carrier_gateway_id",
    "aws_route.core_network_arn",
    "aws_route.destination_cidr_block",
    "aws_route.destination_ipv6_cidr_block",
    "aws_route.destination_prefix_list_id",
    "aws_route.egress_only_gateway_id",
    "aws_route.gateway_id",
    "aws_route.instance_id",
    "aws_route.local_gateway_id",
    "aws_route.nat_gateway_id",
    "aws_route.network_interface_id",
    "aws_route.transit_gateway_id",
    "aws_route.vpc_peering_connection_id",
    "aws_route53_resolver_rule.domain_name",
    "aws_route53_resolver_rule.name",
    "aws_route53_resolver_rule.resolver_endpoint_id",
    "aws_route53_resolver_rule.resolver_rule_id",
    "aws_route53_resolver_rule.rule_type",
    "aws_route53_zone.name",
    "aws_route53_zone.vpc_id",
    "aws_route53_zone.zone_id",
    "aws_route_table.gateway_id",
    "aws_route_table.route_table_id",
    "aws_route_table.subnet_id",
    "aws_route_table.vpc_id",
    "aws_s3_access_point.account_id",
    "aws_s3_bucket_object.version_id",
    "aws_s3_object.version_id",
    "aws_s3control_multi_region_access_point.account_id",
    "aws_secretsmanager_secret.arn",
    "aws_secretsmanager_secret.name",
    "aws_secretsmanager_secret_version.version_id",
    "aws_security_group.name",
    "aws_security_group.vpc_id",
    "aws_serverlessapplicationrepository_application.semantic_version",
    "aws_service.dns_name",
    "aws_service.reverse_dns_name",
    "aws_service.reverse_dns_prefix",
    "aws_service.service_id",
    "aws_servicecatalog_constraint.description",
    "aws_servicecatalogappregistry_attribute_group.arn",
    "aws_servicecatalogappregistry_attribute_group.name",
    "aws_servicequotas_service_quota.quota_code",
    "aws_servicequotas_service_quota.quota_name",
    "aws_sfn_activity.arn",
    "aws_sfn_activity.name",
    "aws_shield_protection.protection_id",
    "aws_shield_protection.resource_arn",
    "aws_ssoadmin_permission_set.arn",
    "aws_ssoadmin_permission_set.name",
    "aws_storagegateway_local_disk.disk_node",
    "aws_storagegateway_local_disk.disk_path",
    "aws_subnet.availability_zone",
    "aws_subnet.availability_zone_id",
    "aws_subnet.cidr_block",
    "aws_subnet.default_for_az",
    "aws_subnet.ipv6_cidr_block",
    "aws_subnet.state",
    "aws_subnet.vpc_id",
    "aws_vpc.cidr_block",
    "aws_vpc.default",
    "aws_vpc.dhcp_options_id",
    "aws_vpc.state",
    "aws_vpc_dhcp_options.dhcp_options_id",
    "aws_vpc_endpoint.service_name",
    "aws_vpc_endpoint.state",
    "aws_vpc_endpoint.vpc_id",
    "aws_vpc_endpoint_service.service_name",
    "aws_vpc_endpoint_service.service_type",
    "aws_vpc_peering_connection.cidr_block",
    "aws_vpc_peering_connection.owner_id",
    "aws_vpc_peering_connection.peer_cidr_block",
    "aws_vpc_peering_connection.peer_owner_id",
    "aws_vpc_peering_connection.peer_region",
    "aws_vpc_peering_connection.peer_vpc_id",
    "aws_vpc_peering_connection.status",
    "aws_vpc_peering_connection.vpc_id",
    "aws_vpc_security_group_rule.security_group_rule_id",
    "aws_vpclattice_service.name",
    "aws_vpclattice_service.service_identifier",
    "aws_vpn_connection.vpn_connection_id",
    "aws_vpn_gateway.amazon_side_asn",
    "aws_vpn_gateway.attached_vpc_id",
    "aws_vpn_gateway.availability_zone",
    "aws_vpn_gateway.state",
    "aws_workspaces_workspace.directory_id",
    "aws_workspaces_workspace.user_name",
    "aws_workspaces_workspace.workspace_id",
  ]
}

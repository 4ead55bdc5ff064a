# Companion resources: each holds one setting of another resource, of which there is one, so that a second one replaces the first.

set "sole_companion" {
  types = [
    "aws_s3_bucket_notification",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_website_configuration",
    "aws_sqs_queue_policy",
    "aws_sqs_queue_redrive_policy",
    "aws_sqs_queue_redrive_allow_policy",
    "aws_sns_topic_policy",
    "aws_secretsmanager_secret_policy",
    "aws_cloudwatch_event_bus_policy",
    "aws_backup_vault_notifications",
    "aws_backup_vault_policy",
    "aws_kms_key_policy",
    "aws_ecr_lifecycle_policy",
    "aws_ecr_repository_policy",
    "aws_efs_backup_policy",
    "aws_efs_file_system_policy",
    "aws_ecs_cluster_capacity_providers",
  ]
}

# The others that hold the same. An exclusive attachment holds everybody who has the policy, whether that is declared here or AWS's own; a target without an
# id gets one of its own.
define "companion_rivals" {
  of = "sole_companion"
  is = companions_alike(self) != null ? [for c in companions_alike(self) : c if c != self] : [
    for c in flatten([for s in linked(self, "configures") : referrers(s, "configures", type(self))]) : c if c != self
  ]
}

# Where the subject stands elsewhere: those that name it by the same value. Null where a resource of this configuration is named, and in a plan alone, whose
# values are those of references as well.
define "companions_alike" {
  of = [
    "aws_s3_bucket_notification",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_website_configuration",
  ]
  is = has_configuration() && attribute(self.bucket) == null ? alike(self, "bucket") : null
}

define "companions_alike" {
  of = ["aws_sqs_queue_policy", "aws_sqs_queue_redrive_policy", "aws_sqs_queue_redrive_allow_policy"]
  is = has_configuration() && attribute(self.queue_url) == null ? alike(self, "queue_url") : null
}

define "companions_alike" {
  of = "aws_sns_topic_policy"
  is = has_configuration() && attribute(self.arn) == null ? alike(self, "arn") : null
}

define "companions_alike" {
  of = "aws_secretsmanager_secret_policy"
  is = has_configuration() && attribute(self.secret_arn) == null ? alike(self, "secret_arn") : null
}

define "companions_alike" {
  of = "aws_cloudwatch_event_bus_policy"
  is = has_configuration() && attribute(self.event_bus_name) == null ? alike(self, "event_bus_name") : null
}

define "companions_alike" {
  of = ["aws_backup_vault_notifications", "aws_backup_vault_policy"]
  is = has_configuration() && attribute(self.backup_vault_name) == null ? alike(self, "backup_vault_name") : null
}

define "companions_alike" {
  of = "aws_kms_key_policy"
  is = has_configuration() && attribute(self.key_id) == null ? alike(self, "key_id") : null
}

define "companions_alike" {
  of = ["aws_ecr_lifecycle_policy", "aws_ecr_repository_policy"]
  is = has_configuration() && attribute(self.repository) == null ? alike(self, "repository") : null
}

define "companions_alike" {
  of = ["aws_efs_backup_policy", "aws_efs_file_system_policy"]
  is = has_configuration() && attribute(self.file_system_id) == null ? alike(self, "file_system_id") : null
}

define "companions_alike" {
  of = "aws_ecs_cluster_capacity_providers"
  is = has_configuration() && attribute(self.cluster_name) == null ? alike(self, "cluster_name") : null
}

define "companion_rivals" {
  of = "aws_lambda_function_event_invoke_config"
  is = [
    for c in flatten([for s in linked(self, "configures") : referrers(s, "configures", "aws_lambda_function_event_invoke_config")]) : c
    if c != self && default(c.qualifier, "$LATEST") == default(self.qualifier, "$LATEST")
  ]
}

define "companion_rivals" {
  of = "aws_cloudwatch_event_target"
  is = [
    for c in flatten([for s in linked(self, "configures") : referrers(s, "configures", "aws_cloudwatch_event_target")]) : c
    if c != self && default(self.target_id, "") != "" && c.target_id == self.target_id
  ]
}

define "companion_rivals" {
  of = "aws_iam_policy_attachment"
  is = [for c in resources("aws_iam_policy_attachment") : c if c != self && c.policy_arn == self.policy_arn]
}

link "aws_s3_bucket_cors_configuration" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

link "aws_sqs_queue_redrive_allow_policy" "queue_url" {
  to    = "aws_sqs_queue"
  means = "configures"
}

link "aws_secretsmanager_secret_policy" "secret_arn" {
  to    = "aws_secretsmanager_secret"
  means = "configures"
}

link "aws_cloudwatch_event_bus_policy" "event_bus_name" {
  to    = "aws_cloudwatch_event_bus"
  means = "configures"
  by    = "name"
}

link "aws_backup_vault_notifications" "backup_vault_name" {
  to    = "aws_backup_vault"
  means = "configures"
  by    = "name"
}

link "aws_backup_vault_policy" "backup_vault_name" {
  to    = "aws_backup_vault"
  means = "configures"
  by    = "name"
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

link "aws_efs_file_system_policy" "file_system_id" {
  to    = "aws_efs_file_system"
  means = "configures"
}

link "aws_ecs_cluster_capacity_providers" "cluster_name" {
  to    = "aws_ecs_cluster"
  means = "configures"
  by    = "name"
}

link "aws_vpc_security_group_ingress_rule" "security_group_id" {
  to    = "aws_security_group"
  means = "configures"
}

link "aws_vpc_security_group_egress_rule" "security_group_id" {
  to    = "aws_security_group"
  means = "configures"
}

link "aws_security_group_rule" "security_group_id" {
  to    = "aws_security_group"
  means = "configures"
}

link "aws_route" "route_table_id" {
  to    = ["aws_route_table", "aws_default_route_table"]
  means = "configures"
}

link "aws_network_acl_rule" "network_acl_id" {
  to    = "aws_network_acl"
  means = "configures"
}

# Resources that take back on the next apply what companions add to them: where the argument is written, it says the whole.
set "exclusive_owner" {
  types = [
    "aws_security_group",
    "aws_route_table",
    "aws_default_route_table",
    "aws_network_acl",
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_s3_bucket",
    "aws_iam_role",
  ]
}

# The arguments that the resource leaves to others by `ignore_changes`.
define "leaves" {
  of = "exclusive_owner"
  is = {
    for argument in ["egress", "ingress", "inline_policy", "managed_policy_arns", "policy", "redrive_policy", "route"] :
    argument => contains(ignored_changes(self), argument) || contains(ignored_changes(self), "all")
  }
}

# The companions that an argument of the resource itself undoes, and the name of the argument.
define "undone" {
  of = "aws_security_group"
  is = concat(
    length(default(self.ingress, [])) == 0 || leaves(self).ingress ? [] : concat(
      [for r in referrers(self, "configures", "aws_vpc_security_group_ingress_rule") : { argument = "ingress", companion = r }],
      [for r in referrers(self, "configures", "aws_security_group_rule") : { argument = "ingress", companion = r } if r.type == "ingress"],
    ),
    length(default(self.egress, [])) == 0 || leaves(self).egress ? [] : concat(
      [for r in referrers(self, "configures", "aws_vpc_security_group_egress_rule") : { argument = "egress", companion = r }],
      [for r in referrers(self, "configures", "aws_security_group_rule") : { argument = "egress", companion = r } if r.type == "egress"],
    ),
  )
}

define "undone" {
  of = ["aws_route_table", "aws_default_route_table"]
  is = length(default(self.route, [])) == 0 || leaves(self).route ? [] : [for r in referrers(self, "configures", "aws_route") : { argument = "route", companion = r }]
}

define "undone" {
  of = "aws_network_acl"
  is = (
    length(default(self.ingress, [])) == 0 && length(default(self.egress, [])) == 0
    ? []
    : [
      for r in referrers(self, "configures", "aws_network_acl_rule") : { argument = r.egress == true ? "egress" : "ingress", companion = r }
      if !(r.egress == true ? leaves(self).egress : leaves(self).ingress)
    ]
  )
}

define "undone" {
  of = "aws_sqs_queue"
  is = concat(
    default(self.policy, "") == "" || leaves(self).policy ? [] : [for c in referrers(self, "configures", "aws_sqs_queue_policy") : { argument = "policy", companion = c }],
    default(self.redrive_policy, "") == "" || leaves(self).redrive_policy ? [] : [
      for c in referrers(self, "configures", "aws_sqs_queue_redrive_policy") : { argument = "redrive_policy", companion = c }
    ],
  )
}

define "undone" {
  of = "aws_sns_topic"
  is = default(self.policy, "") == "" || leaves(self).policy ? [] : [for c in referrers(self, "configures", "aws_sns_topic_policy") : { argument = "policy", companion = c }]
}

define "undone" {
  of = "aws_s3_bucket"
  is = default(self.policy, "") == "" || leaves(self).policy ? [] : [for c in referrers(self, "configures", "aws_s3_bucket_policy") : { argument = "policy", companion = c }]
}

define "undone" {
  of = "aws_iam_role"
  is = concat(
    length(default(self.managed_policy_arns, [])) == 0 || leaves(self).managed_policy_arns ? [] : [
      for c in referrers(self, "refers", "aws_iam_role_policy_attachment") : { argument = "managed_policy_arns", companion = c }
    ],
    length(default(self.inline_policy, [])) == 0 || leaves(self).inline_policy ? [] : [
      for c in referrers(self, "refers", "aws_iam_role_policy") : { argument = "inline_policy", companion = c }
    ],
  )
}

# What a call of terraform-aws-modules/rds/aws stands for: one database instance, without a standby unless `multi_az` is set.

module "terraform-aws-modules/rds/aws" {
  versions = ">= 5.0, < 8.0"
  others = [
    "aws_cloudwatch_log_group", "aws_db_instance_automated_backups_replication", "aws_db_instance_role_association",
    "aws_db_option_group", "aws_db_parameter_group", "aws_iam_role", "aws_iam_role_policy_attachment",
    "aws_secretsmanager_secret_rotation",
  ]

  variable "create_db_instance" { default = true }
  variable "identifier" {}
  variable "instance_use_identifier_prefix" { default = false }
  variable "engine" { default = null }
  variable "engine_version" { default = null }
  variable "instance_class" { default = null }
  variable "allocated_storage" { default = null }
  variable "max_allocated_storage" { default = 0 }
  variable "storage_encrypted" { default = true }
  variable "kms_key_id" { default = null }
  variable "replicate_source_db" { default = null }
  variable "availability_zone" { default = null }
  variable "multi_az" { default = false }
  variable "publicly_accessible" { default = false }
  variable "monitoring_interval" { default = 0 }
  variable "auto_minor_version_upgrade" { default = true }
  variable "apply_immediately" { default = false }
  variable "skip_final_snapshot" { default = false }
  variable "snapshot_identifier" { default = null }
  variable "backup_retention_period" { default = null }
  variable "deletion_protection" { default = false }
  variable "performance_insights_enabled" { default = false }
  variable "enabled_cloudwatch_logs_exports" { default = [] }
  variable "create_cloudwatch_log_group" { default = false }
  variable "cloudwatch_log_group_retention_in_days" { default = 7 }
  variable "vpc_security_group_ids" { default = [] }
  variable "create_db_subnet_group" { default = false }
  variable "db_subnet_group_name" { default = null }
  variable "subnet_ids" { default = [] }

  resource "aws_db_subnet_group" "this" {
    count      = var.create_db_subnet_group ? 1 : 0
    name       = var.db_subnet_group_name
    subnet_ids = var.subnet_ids
  }

  resource "aws_cloudwatch_log_group" "this" {
    for_each = toset([
      for log in var.enabled_cloudwatch_logs_exports : log
      if var.create_db_instance && var.create_cloudwatch_log_group && !var.instance_use_identifier_prefix
    ])
    name              = "/aws/rds/instance/${var.identifier}/${each.value}"
    retention_in_days = var.cloudwatch_log_group_retention_in_days
  }

  resource "aws_db_instance" "this" {
    count                           = var.create_db_instance ? 1 : 0
    identifier                      = var.instance_use_identifier_prefix ? null : var.identifier
    engine                          = var.engine
    engine_version                  = var.engine_version
    instance_class                  = var.instance_class
    allocated_storage               = var.allocated_storage
    max_allocated_storage           = var.max_allocated_storage
    storage_encrypted               = var.storage_encrypted
    kms_key_id                      = var.kms_key_id
    replicate_source_db             = var.replicate_source_db
    availability_zone               = var.availability_zone
    multi_az                        = var.multi_az
    publicly_accessible             = var.publicly_accessible
    monitoring_interval             = var.monitoring_interval
    auto_minor_version_upgrade      = var.auto_minor_version_upgrade
    apply_immediately               = var.apply_immediately
    skip_final_snapshot             = var.skip_final_snapshot
    snapshot_identifier             = var.snapshot_identifier
    backup_retention_period         = var.backup_retention_period
    deletion_protection             = var.deletion_protection
    performance_insights_enabled    = var.performance_insights_enabled
    enabled_cloudwatch_logs_exports = var.enabled_cloudwatch_logs_exports
    vpc_security_group_ids          = var.vpc_security_group_ids
    db_subnet_group_name            = var.create_db_subnet_group ? aws_db_subnet_group.this[0].name : var.db_subnet_group_name
  }

  output "db_instance_arn" { value = try(aws_db_instance.this[0].arn, null) }
  output "db_instance_identifier" { value = try(aws_db_instance.this[0].identifier, null) }
  output "db_instance_address" { value = try(aws_db_instance.this[0].address, null) }
  output "db_instance_endpoint" { value = try(aws_db_instance.this[0].endpoint, null) }
  output "db_instance_resource_id" { value = try(aws_db_instance.this[0].resource_id, null) }
  output "db_instance_availability_zone" { value = try(aws_db_instance.this[0].availability_zone, null) }
  output "db_subnet_group_id" { value = try(aws_db_subnet_group.this[0].id, null) }
}

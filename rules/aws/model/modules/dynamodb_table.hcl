# What a call of terraform-aws-modules/dynamodb-table/aws stands for: a table, without point-in-time recovery unless it is asked for.

module "terraform-aws-modules/dynamodb-table/aws" {
  versions = "~> 4.0"
  others   = ["aws_appautoscaling_policy", "aws_appautoscaling_target", "aws_dynamodb_resource_policy"]

  variable "create_table" { default = true }
  variable "name" { default = null }
  variable "hash_key" { default = null }
  variable "range_key" { default = null }
  variable "billing_mode" { default = "PAY_PER_REQUEST" }
  variable "read_capacity" { default = null }
  variable "write_capacity" { default = null }
  variable "point_in_time_recovery_enabled" { default = false }
  variable "deletion_protection_enabled" { default = null }
  variable "stream_enabled" { default = false }
  variable "stream_view_type" { default = null }
  variable "autoscaling_enabled" { default = false }

  resource "aws_dynamodb_table" "this" {
    count                       = var.create_table && !var.autoscaling_enabled ? 1 : 0
    name                        = var.name
    hash_key                    = var.hash_key
    range_key                   = var.range_key
    billing_mode                = var.billing_mode
    read_capacity               = var.read_capacity
    write_capacity              = var.write_capacity
    deletion_protection_enabled = var.deletion_protection_enabled
    stream_enabled              = var.stream_enabled
    stream_view_type            = var.stream_view_type
    point_in_time_recovery {
      enabled = var.point_in_time_recovery_enabled
    }
  }

  resource "aws_dynamodb_table" "autoscaled" {
    count                       = var.create_table && var.autoscaling_enabled ? 1 : 0
    name                        = var.name
    hash_key                    = var.hash_key
    range_key                   = var.range_key
    billing_mode                = var.billing_mode
    deletion_protection_enabled = var.deletion_protection_enabled
    stream_enabled              = var.stream_enabled
    stream_view_type            = var.stream_view_type
    point_in_time_recovery {
      enabled = var.point_in_time_recovery_enabled
    }
  }

  output "dynamodb_table_arn" { value = try(aws_dynamodb_table.this[0].arn, aws_dynamodb_table.autoscaled[0].arn, null) }
  output "dynamodb_table_id" { value = try(aws_dynamodb_table.this[0].id, aws_dynamodb_table.autoscaled[0].id, null) }
  output "dynamodb_table_stream_arn" { value = try(aws_dynamodb_table.this[0].stream_arn, aws_dynamodb_table.autoscaled[0].stream_arn, null) }
}

# What a call of terraform-aws-modules/kms/aws stands for: a key of this account. Aliases, replicas and external keys are not described.

module "terraform-aws-modules/kms/aws" {
  versions = ">= 1.5, < 4.0"

  variable "create" { default = true }
  variable "create_external" { default = false }
  variable "create_replica" { default = false }
  variable "create_replica_external" { default = false }
  variable "enable_key_rotation" { default = true }
  variable "deletion_window_in_days" { default = null }
  variable "multi_region" { default = false }

  resource "aws_kms_key" "this" {
    count                   = var.create && !var.create_external && !var.create_replica && !var.create_replica_external ? 1 : 0
    enable_key_rotation     = var.enable_key_rotation
    deletion_window_in_days = var.deletion_window_in_days
    multi_region            = var.multi_region
  }

  output "key_arn" { value = aws_kms_key.this[0].arn }
  output "key_id" { value = aws_kms_key.this[0].key_id }
}

# What a call of terraform-aws-modules/security-group/aws stands for: a group. Its rules are not described.

module "terraform-aws-modules/security-group/aws" {
  versions = ">= 4.0, < 6.0"
  others   = ["aws_security_group_rule"]

  variable "create" { default = true }
  variable "create_sg" { default = true }
  variable "name" { default = null }
  variable "use_name_prefix" { default = true }
  variable "vpc_id" { default = null }

  resource "aws_security_group" "this" {
    count  = var.create && var.create_sg && !var.use_name_prefix ? 1 : 0
    name   = var.name
    vpc_id = var.vpc_id
  }

  resource "aws_security_group" "this_name_prefix" {
    count  = var.create && var.create_sg && var.use_name_prefix ? 1 : 0
    name   = null
    vpc_id = var.vpc_id
  }

  output "security_group_id" { value = try(aws_security_group.this[0].id, aws_security_group.this_name_prefix[0].id, "") }
  output "security_group_arn" { value = try(aws_security_group.this[0].arn, aws_security_group.this_name_prefix[0].arn, "") }
}

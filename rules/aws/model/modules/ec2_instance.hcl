# What a call of terraform-aws-modules/ec2-instance/aws stands for: one machine in one subnet.

module "terraform-aws-modules/ec2-instance/aws" {
  versions = "~> 5.0"

  variable "create" { default = true }
  variable "create_spot_instance" { default = false }
  variable "ignore_ami_changes" { default = false }
  variable "instance_type" { default = "t3.micro" }
  variable "availability_zone" { default = null }
  variable "subnet_id" { default = null }
  variable "vpc_security_group_ids" { default = null }
  variable "monitoring" { default = null }
  variable "disable_api_termination" { default = null }
  variable "ebs_optimized" { default = null }

  resource "aws_instance" "this" {
    count                   = var.create && !var.ignore_ami_changes && !var.create_spot_instance ? 1 : 0
    instance_type           = var.instance_type
    availability_zone       = var.availability_zone
    subnet_id               = var.subnet_id
    vpc_security_group_ids  = var.vpc_security_group_ids
    monitoring              = var.monitoring
    disable_api_termination = var.disable_api_termination
    ebs_optimized           = var.ebs_optimized
  }

  resource "aws_instance" "ignore_ami" {
    count                   = var.create && var.ignore_ami_changes && !var.create_spot_instance ? 1 : 0
    instance_type           = var.instance_type
    availability_zone       = var.availability_zone
    subnet_id               = var.subnet_id
    vpc_security_group_ids  = var.vpc_security_group_ids
    monitoring              = var.monitoring
    disable_api_termination = var.disable_api_termination
    ebs_optimized           = var.ebs_optimized
  }

  output "id" { value = try(aws_instance.this[0].id, aws_instance.ignore_ami[0].id, null) }
  output "arn" { value = try(aws_instance.this[0].arn, aws_instance.ignore_ami[0].arn, null) }
  output "private_ip" { value = try(aws_instance.this[0].private_ip, aws_instance.ignore_ami[0].private_ip, null) }
  output "public_ip" { value = try(aws_instance.this[0].public_ip, aws_instance.ignore_ami[0].public_ip, null) }
}

module "terraform-aws-modules/ec2-instance/aws" {
  versions = "~> 6.0"

  variable "create" { default = true }
  variable "create_spot_instance" { default = false }
  variable "ignore_ami_changes" { default = false }
  variable "instance_type" { default = "t3.micro" }
  variable "availability_zone" { default = null }
  variable "subnet_id" { default = null }
  variable "vpc_security_group_ids" { default = [] }
  variable "network_interface" { default = null }
  variable "create_security_group" { default = true }
  variable "monitoring" { default = null }
  variable "disable_api_termination" { default = null }
  variable "ebs_optimized" { default = null }

  locals {
    create_security_group = var.create && var.create_security_group && var.network_interface == null
    groups                = local.create_security_group ? concat(var.vpc_security_group_ids, [aws_security_group.this[0].id]) : var.vpc_security_group_ids
  }

  resource "aws_security_group" "this" {
    count = local.create_security_group ? 1 : 0
  }

  resource "aws_instance" "this" {
    count                   = var.create && !var.ignore_ami_changes && !var.create_spot_instance ? 1 : 0
    instance_type           = var.instance_type
    availability_zone       = var.availability_zone
    subnet_id               = var.subnet_id
    vpc_security_group_ids  = local.groups
    monitoring              = var.monitoring
    disable_api_termination = var.disable_api_termination
    ebs_optimized           = var.ebs_optimized
  }

  resource "aws_instance" "ignore_ami" {
    count                   = var.create && var.ignore_ami_changes && !var.create_spot_instance ? 1 : 0
    instance_type           = var.instance_type
    availability_zone       = var.availability_zone
    subnet_id               = var.subnet_id
    vpc_security_group_ids  = local.groups
    monitoring              = var.monitoring
    disable_api_termination = var.disable_api_termination
    ebs_optimized           = var.ebs_optimized
  }

  output "id" { value = try(aws_instance.this[0].id, aws_instance.ignore_ami[0].id, null) }
  output "arn" { value = try(aws_instance.this[0].arn, aws_instance.ignore_ami[0].arn, null) }
  output "private_ip" { value = try(aws_instance.this[0].private_ip, aws_instance.ignore_ami[0].private_ip, null) }
  output "public_ip" { value = try(aws_instance.this[0].public_ip, aws_instance.ignore_ami[0].public_ip, null) }
}

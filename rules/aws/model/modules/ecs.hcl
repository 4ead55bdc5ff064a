# What a call of the cluster in terraform-aws-modules/ecs/aws stands for, and of its service module: the desired number of tasks, which
# autoscaling may change, and its subnets. What runs in it is not described.

module "terraform-aws-modules/ecs/aws//modules/cluster" {
  versions = "~> 5.0"

  variable "create" { default = true }
  variable "cluster_name" { default = "" }

  resource "aws_ecs_cluster" "this" {
    count = var.create ? 1 : 0
    name  = var.cluster_name
  }

  output "arn" { value = try(aws_ecs_cluster.this[0].arn, null) }
  output "id" { value = try(aws_ecs_cluster.this[0].id, null) }
  output "name" { value = try(aws_ecs_cluster.this[0].name, null) }
}

module "terraform-aws-modules/ecs/aws//modules/cluster" {
  versions = ">= 6.0, < 8.0"

  variable "create" { default = true }
  variable "name" { default = "" }
  variable "setting" { default = [{ name = "containerInsights", value = "enabled" }] }

  resource "aws_ecs_cluster" "this" {
    count = var.create ? 1 : 0
    name  = var.name

    dynamic "setting" {
      for_each = var.setting
      content {
        name  = setting.value.name
        value = setting.value.value
      }
    }
  }

  output "arn" { value = try(aws_ecs_cluster.this[0].arn, null) }
  output "id" { value = try(aws_ecs_cluster.this[0].id, null) }
  output "name" { value = try(aws_ecs_cluster.this[0].name, null) }
}

module "terraform-aws-modules/ecs/aws//modules/service" {
  versions = ">= 5.0, < 8.0"

  variable "create" { default = true }
  variable "create_service" { default = true }
  variable "ignore_task_definition_changes" { default = false }
  variable "name" { default = null }
  variable "cluster_arn" { default = "" }
  variable "desired_count" { default = 1 }
  variable "subnet_ids" { default = [] }
  variable "assign_public_ip" { default = false }

  resource "aws_ecs_service" "this" {
    count         = var.create && var.create_service && !var.ignore_task_definition_changes ? 1 : 0
    name          = var.name
    cluster       = var.cluster_arn
    desired_count = var.desired_count
    network_configuration {
      subnets          = var.subnet_ids
      assign_public_ip = var.assign_public_ip
    }
  }

  output "id" { value = try(aws_ecs_service.this[0].id, null) }
  output "name" { value = try(aws_ecs_service.this[0].name, null) }
}

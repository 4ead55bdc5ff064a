# What a call of terraform-aws-modules/eks/aws stands for: a control plane and its log group. Its nodes are not described.

module "terraform-aws-modules/eks/aws" {
  versions = ">= 19.0, < 21.0"

  variable "create" { default = true }
  variable "cluster_name" { default = "" }
  variable "cluster_version" { default = null }
  variable "cluster_enabled_log_types" { default = ["audit", "api", "authenticator"] }
  variable "cluster_endpoint_public_access" { default = false }
  variable "cluster_endpoint_private_access" { default = true }
  variable "subnet_ids" { default = [] }
  variable "control_plane_subnet_ids" { default = [] }
  variable "create_cloudwatch_log_group" { default = true }
  variable "cloudwatch_log_group_retention_in_days" { default = 90 }

  resource "aws_cloudwatch_log_group" "this" {
    count             = var.create && var.create_cloudwatch_log_group ? 1 : 0
    name              = "/aws/eks/${var.cluster_name}/cluster"
    retention_in_days = var.cloudwatch_log_group_retention_in_days
  }

  resource "aws_eks_cluster" "this" {
    count                     = var.create ? 1 : 0
    name                      = var.cluster_name
    version                   = var.cluster_version
    enabled_cluster_log_types = var.cluster_enabled_log_types
    vpc_config {
      subnet_ids              = coalescelist(var.control_plane_subnet_ids, var.subnet_ids)
      endpoint_public_access  = var.cluster_endpoint_public_access
      endpoint_private_access = var.cluster_endpoint_private_access
    }
  }

  output "cluster_name" { value = try(aws_eks_cluster.this[0].name, "") }
  output "cluster_id" { value = try(aws_eks_cluster.this[0].cluster_id, "") }
  output "cluster_arn" { value = try(aws_eks_cluster.this[0].arn, null) }
  output "cluster_endpoint" { value = try(aws_eks_cluster.this[0].endpoint, null) }
}

module "terraform-aws-modules/eks/aws" {
  versions = "~> 21.0"

  variable "create" { default = true }
  variable "name" { default = "" }
  variable "kubernetes_version" { default = null }
  variable "enabled_log_types" { default = ["audit", "api", "authenticator"] }
  variable "endpoint_public_access" { default = false }
  variable "endpoint_private_access" { default = true }
  variable "subnet_ids" { default = [] }
  variable "control_plane_subnet_ids" { default = [] }
  variable "create_cloudwatch_log_group" { default = true }
  variable "cloudwatch_log_group_retention_in_days" { default = 90 }

  resource "aws_cloudwatch_log_group" "this" {
    count             = var.create && var.create_cloudwatch_log_group ? 1 : 0
    name              = "/aws/eks/${var.name}/cluster"
    retention_in_days = var.cloudwatch_log_group_retention_in_days
  }

  resource "aws_eks_cluster" "this" {
    count                     = var.create ? 1 : 0
    name                      = var.name
    version                   = var.kubernetes_version
    enabled_cluster_log_types = var.enabled_log_types
    vpc_config {
      subnet_ids              = coalescelist(var.control_plane_subnet_ids, var.subnet_ids)
      endpoint_public_access  = var.endpoint_public_access
      endpoint_private_access = var.endpoint_private_access
    }
  }

  output "cluster_name" { value = try(aws_eks_cluster.this[0].name, "") }
  output "cluster_id" { value = try(aws_eks_cluster.this[0].cluster_id, "") }
  output "cluster_arn" { value = try(aws_eks_cluster.this[0].arn, null) }
  output "cluster_endpoint" { value = try(aws_eks_cluster.this[0].endpoint, null) }
}

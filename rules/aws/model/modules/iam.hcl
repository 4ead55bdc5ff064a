# What calls of modules in terraform-aws-modules/iam/aws stand for: a policy of one's own.

module "terraform-aws-modules/iam/aws//modules/iam-policy" {
  versions = "~> 5.0"
  others   = []

  variable "create_policy" { default = true }
  variable "name" { default = null }
  variable "path" { default = "/" }
  variable "policy" { default = "" }

  resource "aws_iam_policy" "policy" {
    count  = var.create_policy ? 1 : 0
    name   = var.name
    path   = var.path
    policy = var.policy
  }

  output "arn" { value = try(aws_iam_policy.policy[0].arn, "") }
  output "id" { value = try(aws_iam_policy.policy[0].id, "") }
}

module "terraform-aws-modules/iam/aws//modules/iam-policy" {
  versions = "~> 6.0"
  others   = []

  variable "create" { default = true }
  variable "name" { default = null }
  variable "path" { default = "/" }
  variable "policy" { default = "" }

  resource "aws_iam_policy" "policy" {
    count  = var.create ? 1 : 0
    name   = var.name
    path   = var.path
    policy = var.policy
  }

  output "arn" { value = try(aws_iam_policy.policy[0].arn, "") }
  output "id" { value = try(aws_iam_policy.policy[0].id, "") }
}

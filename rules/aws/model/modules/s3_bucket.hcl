# What a call of terraform-aws-modules/s3-bucket/aws stands for: a bucket, and its versioning where that is asked for.

module "terraform-aws-modules/s3-bucket/aws" {
  versions = ">= 3.0, < 6.0"

  variable "create_bucket" { default = true }
  variable "bucket" { default = null }
  variable "bucket_prefix" { default = null }
  variable "force_destroy" { default = false }
  variable "versioning" { default = {} }

  resource "aws_s3_bucket" "this" {
    count         = var.create_bucket ? 1 : 0
    bucket        = var.bucket
    bucket_prefix = var.bucket_prefix
    force_destroy = var.force_destroy
  }

  resource "aws_s3_bucket_versioning" "this" {
    count  = var.create_bucket && length(keys(var.versioning)) > 0 ? 1 : 0
    bucket = aws_s3_bucket.this[0].id
    versioning_configuration {
      status = try(var.versioning.enabled ? "Enabled" : "Suspended", tobool(var.versioning.status) ? "Enabled" : "Suspended", title(lower(var.versioning.status)))
    }
  }

  output "s3_bucket_id" { value = try(aws_s3_bucket.this[0].id, "") }
  output "s3_bucket_arn" { value = try(aws_s3_bucket.this[0].arn, "") }
  output "s3_bucket_bucket_domain_name" { value = try(aws_s3_bucket.this[0].bucket_domain_name, "") }
  output "s3_bucket_bucket_regional_domain_name" { value = try(aws_s3_bucket.this[0].bucket_regional_domain_name, "") }
}

# What a call of terraform-aws-modules/acm/aws stands for: a certificate.

module "terraform-aws-modules/acm/aws" {
  versions = ">= 4.0, < 6.0"
  others   = ["aws_acm_certificate_validation", "aws_route53_record"]

  variable "create_certificate" { default = true }
  variable "domain_name" { default = "" }
  variable "subject_alternative_names" { default = [] }
  variable "create_route53_records_only" { default = false }

  resource "aws_acm_certificate" "this" {
    count                     = var.create_certificate && !var.create_route53_records_only ? 1 : 0
    domain_name               = var.domain_name
    subject_alternative_names = var.subject_alternative_names
  }

  output "acm_certificate_arn" { value = try(aws_acm_certificate.this[0].arn, "") }
}

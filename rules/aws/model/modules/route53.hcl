# What a call of the zones module in terraform-aws-modules/route53/aws stands for: a zone for each entry.

module "terraform-aws-modules/route53/aws//modules/zones" {
  versions = ">= 2.0, < 5.0"

  variable "create" { default = true }
  variable "zones" { default = {} }

  resource "aws_route53_zone" "this" {
    for_each = { for name, own in var.zones : name => own if var.create }
    name     = try(each.value.domain_name, each.key)
  }
}

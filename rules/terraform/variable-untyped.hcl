rule "variable-untyped" {
  summary     = "Input variable accepts any type"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    A wrong value is then found by the provider in the middle of an apply, not by Terraform before the plan.
  MD
  fix         = "Give the variable a `type`."
  notice      = "A wrong value fails deep inside of a plan, and not at the variable."
  prove       = "Give a list where a text is meant, and read the error."
  references  = ["AWS Well-Architected OPS05-BP07", "Terraform: Style guide, variables"]

  locals {
    untyped = [for v in self.variables : v if v.type == null || v.type == "any"]
  }

  for_each = modules()
  when     = length(local.untyped) > 0
  place    = local.untyped[0]
  identity = local.untyped[*].name
  message  = "`${self}` accepts values of any type for ${join(", ", sort(local.untyped[*].name))}"

  label "and for this one" {
    at = slice(local.untyped, 1, length(local.untyped))
  }

  fails "left out" {
    variable "subnet_ids" {
      default = []
    }
  }

  fails "any" {
    variable "settings" {
      type = any
    }
  }

  passes "typed" {
    variable "subnet_ids" {
      type = list(string)
    }
  }

  passes "no variables" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }
}

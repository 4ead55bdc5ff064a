rule "output-undescribed" {
  summary     = "Output has no description"
  principle   = "infrastructure-as-code"
  severity    = "advice"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    Outputs are what others build on. What is not described is guessed from its name, and changed by somebody who does not know who reads it.
  MD
  fix         = "Add a `description` to the output: what it is, and in which form."
  notice      = "Callers ask what the output holds, or read the code of the module."
  prove       = "Ask a colleague to wire the output up from the module's generated documentation only."
  references  = ["AWS Well-Architected OPS05-BP07", "tflint terraform_documented_outputs", "Terraform: Style guide, outputs"]

  locals {
    # What is applied from here has no callers; its outputs are for whoever applies it.
    applied = self.kind == "root" && self.backend != null
    silent  = [for o in self.outputs : o if trimspace(default(o.description, "")) == ""]
  }

  for_each = modules()
  unless   = local.applied
  when     = length(local.silent) > 0
  place    = local.silent[0]
  identity = local.silent[*].name
  message  = "`${self}` does not describe its outputs ${join(", ", sort(local.silent[*].name))}"

  label "nor this one" {
    at = slice(local.silent, 1, length(local.silent))
  }

  fails "left out" {
    output "url" {
      value = "https://shop.example.com"
    }
  }

  fails "one of two" {
    output "url" {
      description = "Where the shop is served."
      value       = "https://shop.example.com"
    }

    output "zone" {
      value = "eu-west-1a"
    }
  }

  passes "described" {
    output "url" {
      description = "Where the shop is served."
      value       = "https://shop.example.com"
    }
  }

  passes "applied from here" {
    terraform {
      backend "s3" {
        bucket = "shop-terraform-state"
        key    = "shop"
        region = "eu-west-1"
      }
    }

    output "url" {
      value = "https://shop.example.com"
    }
  }

  passes "no outputs" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }
}

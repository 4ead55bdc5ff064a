rule "environment-topology-differs" {
  summary     = "Production has resources that no other environment has, or lacks what all others have"
  principle   = "change"
  severity    = "advice"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "unit"
  why         = <<-MD
    What only production has is never tried before it runs, and what every environment but production has was forgotten there.
    Where the difference is meant, a condition over the environment says so in code that all environments share.
  MD
  fix         = "Declare it in all environments, with `count` where it is not wanted; better, let all of them call one module."
  notice      = "Compare `terraform state list` between the environments."
  prove       = "Run the tests of staging against what only production has: there is nothing to run them on."
  references  = ["AWS Well-Architected OPS05-BP08", "Terraform: Recommended practices, environments"]

  locals {
    # What a condition makes has a key, and what a module holds goes with its call.
    own  = [for node in all_resources() : node if !startswith(address(node), "module.") && !endswith(address(node), "]")]
    here = environment().production
    # Variants of one root module declare the same by definition: there a condition makes the difference.
    lonely = [
      for node in local.own : node if length([for other in counterparts(node, "id") : other if !other.same_root]) > 0
      && alltrue([for other in counterparts(node, "id") : other.same_root || !other.exists])
    ]
    # Only what all others but production have is missed there.
    missed = [
      for node in local.own : node if anytrue([for other in counterparts(node, "id") : other.production && !other.exists])
      && alltrue([for other in counterparts(node, "id") : other.production != other.exists])
    ]
  }

  for_each = environment().others > 0 ? modules() : []
  unless   = self.kind != "root"
  identity = [for node in local.here ? local.lonely : local.missed : address(node)]

  defect "only in production" {
    when    = local.here && length(local.lonely) > 0
    place   = local.lonely[0]
    message = "only production has ${join(", ", [for node in local.lonely : "`${node}`"])}"
  }

  defect "not in production" {
    when    = !local.here && length(local.missed) > 0
    place   = local.missed[0]
    message = "every environment but production has ${join(", ", [for node in local.missed : "`${node}`"])}"
  }

  fails "only in production" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    environment "staging" {
      resource "aws_sns_topic" "orders" {
        name = "orders"
      }
    }
  }

  passes "one other environment has it" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    environment "dev" {
      resource "aws_sns_topic" "orders" {
        name = "orders"
      }
    }

    environment "staging" {
      resource "aws_sqs_queue" "orders" {
        name = "orders"
      }
    }
  }

  passes "a condition" {
    resource "aws_sqs_queue" "orders" {
      count = 1
      name  = "orders"
    }

    environment "staging" {
      resource "aws_sqs_queue" "orders" {
        count = 0
        name  = "orders"
      }
    }
  }

  unknown "the other environment may have it" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    environment "staging" {
      variable "on" {
        type = bool
      }

      resource "aws_sqs_queue" "orders" {
        count = var.on ? 1 : 0
        name  = "orders"
      }
    }
  }
}

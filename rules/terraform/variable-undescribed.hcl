rule "variable-undescribed" {
  summary     = "Input variable has no description"
  principle   = "infrastructure-as-code"
  severity    = "advice"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    Inputs are what others see of a module. What is not described is guessed, or copied from another environment.
  MD
  fix         = "Add a `description` to the variable: what it is, its unit, what happens without it."
  notice      = "Callers ask what the variable is for, or set it wrongly."
  prove       = "Ask a colleague to use the module from its generated documentation only."
  references  = ["AWS Well-Architected OPS05-BP07", "Terraform: Style guide, variables"]

  locals {
    silent = [for v in self.variables : v if trimspace(default(v.description, "")) == ""]
  }

  for_each = modules()
  when     = length(local.silent) > 0
  place    = local.silent[0]
  identity = local.silent[*].name
  message  = "`${self}` does not describe ${join(", ", sort(local.silent[*].name))}"

  label "nor this one" {
    at = slice(local.silent, 1, length(local.silent))
  }

  fails "left out" {
    variable "subnet_ids" {
      type = list(string)
    }
  }

  fails "two of three" {
    variable "name" {
      type        = string
      description = "Name of the service, used as a prefix."
    }

    variable "zones" {
      type        = number
      description = ""
    }

    variable "tasks" {
      type = number
    }
  }

  fails "a blank" {
    variable "zones" {
      type        = number
      description = " "
    }
  }

  fails "a line break" {
    variable "zones" {
      type        = number
      description = <<-EOT

      EOT
    }
  }

  passes "described" {
    variable "subnet_ids" {
      type        = list(string)
      description = "Private subnets, one per zone."
    }
  }

  passes "no variables" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }
}

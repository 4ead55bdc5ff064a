rule "environment-variable-in-one" {
  summary     = "A variable without default has a value in one environment only, or any variable in all but production"
  principle   = "change"
  severity    = "advice"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "unit"
  why         = <<-MD
    A value that one environment forgot falls back to a default that was meant for another, or asks whoever applies it.
  MD
  fix         = "Give the variable a value in all environments, or none where the default is right for all."
  notice      = "List the variables of each environment's file, and compare the names."
  prove       = "Plan the environment without a value of its own, and read what the default makes of it."
  references  = ["AWS Well-Architected OPS05-BP08", "Terraform: Recommended practices, environments"]

  locals {
    forgotten = [
      for v in self.variables : v if !v.given && length(counterparts(v, "given")) > 0 && alltrue([
        for other in counterparts(v, "given") : other.same_root && other.value == true
      ])
    ]
    # One environment may override a default on purpose.
    lonely = [
      for v in self.variables : v if v.given && length(counterparts(v, "given")) > 0 && alltrue([
        for other in counterparts(v, "given") : other.same_root && other.value == false
      ]) && !v.has_default
    ]
  }

  for_each = environment().others > 0 ? modules() : []
  unless   = self.kind != "root"
  identity = environment().production && length(local.forgotten) > 0 ? local.forgotten[*].name : local.lonely[*].name

  defect "not in production" {
    when    = environment().production && length(local.forgotten) > 0
    place   = local.forgotten[0]
    message = "every environment but production gives ${join(", ", local.forgotten[*].name)} a value"
  }

  defect "in one only" {
    when    = length(local.lonely) > 0
    place   = local.lonely[0]
    message = "only ${environment().name} gives ${join(", ", local.lonely[*].name)} a value"
  }

  fails "forgotten in production" {
    given = {}

    variable "backup_days" {
      type    = number
      default = 1
    }

    environment "staging" {
      given = { backup_days = 14 }

      variable "backup_days" {
        type    = number
        default = 1
      }
    }
  }

  fails "needed, and given once" {
    given = { backup_days = 14 }

    variable "backup_days" {
      type = number
    }

    environment "staging" {
      given = {}

      variable "backup_days" {
        type = number
      }
    }
  }

  passes "given in both" {
    given = { backup_days = 14 }

    variable "backup_days" {
      type = number
    }

    environment "staging" {
      given = { backup_days = 1 }

      variable "backup_days" {
        type = number
      }
    }
  }

  passes "production overrides a default" {
    given = { backup_days = 14 }

    variable "backup_days" {
      type    = number
      default = 1
    }

    environment "dev" {
      given = {}

      variable "backup_days" {
        type    = number
        default = 1
      }
    }
  }

  passes "one of several environments overrides a default" {
    given = {}

    variable "protected" {
      type    = bool
      default = false
    }

    environment "dev" {
      given = {}

      variable "protected" {
        type    = bool
        default = false
      }
    }

    environment "staging" {
      given = { protected = true }

      variable "protected" {
        type    = bool
        default = false
      }
    }
  }

  unknown "the values of the other environment could not be read" {
    given = { backup_days = 14 }

    variable "backup_days" {
      type = number
    }

    environment "staging" {
      given = var.unread

      variable "backup_days" {
        type = number
      }
    }
  }
}

rule "config-recorder-not-started" {
  summary     = "Configuration recorder is declared and records nothing"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A recorder of AWS Config is created stopped. Terraform starts it by a resource of its own, `aws_config_configuration_recorder_status`; without that no change
    is recorded and no rule is evaluated, and it looks as if they were.
  MD
  fix         = "Add an `aws_config_configuration_recorder_status` with `is_enabled = true` after the delivery channel."
  notice      = "`aws configservice describe-configuration-recorder-status` says `recording: false`."
  prove       = "Change a tag, and look for it in the resource's timeline after a quarter of an hour."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Terraform AWS provider: aws_config_configuration_recorder_status",
  ]

  locals {
    # Its name is `default` where nothing is said.
    states = [
      for s in resources("aws_config_configuration_recorder_status") : s
      if contains(refs(s.name), self) || s.name == default(self.name, "default")
    ]
  }

  for_each = resources("aws_config_configuration_recorder")
  when     = !anytrue([for s in local.states : s.is_enabled])
  message  = "`${self}` records no change: nothing starts it"

  label "says that it is stopped" {
    at        = local.states
    attribute = "is_enabled"
  }

  fails "nothing starts it" {
    resource "aws_config_configuration_recorder" "all" {
      name     = "all"
      role_arn = "arn:aws:iam::111122223333:role/config"
    }
  }

  fails "stopped" {
    resource "aws_config_configuration_recorder" "all" {
      name     = "all"
      role_arn = "arn:aws:iam::111122223333:role/config"
    }

    resource "aws_config_configuration_recorder_status" "all" {
      name       = aws_config_configuration_recorder.all.name
      is_enabled = false
    }
  }

  passes "started" {
    resource "aws_config_configuration_recorder" "all" {
      name     = "all"
      role_arn = "arn:aws:iam::111122223333:role/config"
    }

    resource "aws_config_configuration_recorder_status" "all" {
      name       = aws_config_configuration_recorder.all.name
      is_enabled = true
    }
  }

  passes "started by its name" {
    resource "aws_config_configuration_recorder" "all" {
      name     = "all"
      role_arn = "arn:aws:iam::111122223333:role/config"
    }

    resource "aws_config_configuration_recorder_status" "all" {
      name       = "all"
      is_enabled = true
    }
  }

  unknown "the caller decides whether it is started" {
    variable "records" { type = bool }

    resource "aws_config_configuration_recorder" "all" {
      name     = "all"
      role_arn = "arn:aws:iam::111122223333:role/config"
    }

    resource "aws_config_configuration_recorder_status" "all" {
      name       = aws_config_configuration_recorder.all.name
      is_enabled = var.records
    }
  }
}

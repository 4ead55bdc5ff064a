rule "secret-deleted-at-once" {
  summary   = "Secret is deleted without a way back"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    With a recovery window of 0 days, a plan that replaces or removes the secret deletes its value at once. A password or an API key that stands
    nowhere else is gone, and every service that reads it fails at its next start.
  MD
  fix       = "Leave `recovery_window_in_days` out, which waits for 30 days, or set it to 7 or more."
  notice    = "`GetSecretValue` fails with `ResourceNotFoundException` right after the deletion."
  prove     = "Delete a test secret this way, and call `restore-secret`: it is refused."
  references = [
    "AWS Secrets Manager User Guide: Delete a secret",
    "AWS Well-Architected REL09-BP01",
  ]

  for_each = resources("aws_secretsmanager_secret")
  when     = self.recovery_window_in_days == 0
  at       = "recovery_window_in_days"
  message  = "`${self}` cannot be brought back once a plan deletes it"

  edit "recovery_window_in_days" {
    to = 30
  }

  fails "no window" {
    resource "aws_secretsmanager_secret" "payment" {
      name                    = "payment-provider"
      recovery_window_in_days = 0
    }
  }

  passes "left out, which is 30 days" {
    resource "aws_secretsmanager_secret" "payment" {
      name = "payment-provider"
    }
  }

  passes "a week" {
    resource "aws_secretsmanager_secret" "payment" {
      name                    = "payment-provider"
      recovery_window_in_days = 7
    }
  }

  unknown "decided by a variable without default" {
    variable "days" { type = number }

    resource "aws_secretsmanager_secret" "payment" {
      name                    = "payment-provider"
      recovery_window_in_days = var.days
    }
  }
}

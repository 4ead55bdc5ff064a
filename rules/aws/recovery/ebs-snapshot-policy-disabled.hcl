rule "ebs-snapshot-policy-disabled" {
  summary   = "Snapshot policy is in the code, and switched off"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Volumes that carry its tag look as if they were copied every day. No snapshot is made, and nothing fails until somebody wants to restore.
  MD
  fix       = "Set `state = \"ENABLED\"`, or remove the policy and the tag."
  notice    = "The newest snapshot of the volumes is as old as the switch."
  prove     = "Wait a day, and list the snapshots with the policy's tag."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Trusted Advisor Amazon EBS Snapshots",
  ]

  for_each = resources("aws_dlm_lifecycle_policy")
  when     = self.state == "DISABLED"
  at       = "state"
  message  = "`${self}` makes no snapshots, because it is switched off"

  edit "state" {
    to = "ENABLED"
  }

  fails "switched off" {
    resource "aws_dlm_lifecycle_policy" "daily" {
      description        = "daily"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
      state              = "DISABLED"
    }
  }

  passes "left out, which is on" {
    resource "aws_dlm_lifecycle_policy" "daily" {
      description        = "daily"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
    }
  }

  passes "switched on" {
    resource "aws_dlm_lifecycle_policy" "daily" {
      description        = "daily"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
      state              = "ENABLED"
    }
  }

  unknown "decided by a variable without default" {
    variable "state" { type = string }

    resource "aws_dlm_lifecycle_policy" "daily" {
      description        = "daily"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
      state              = var.state
    }
  }
}

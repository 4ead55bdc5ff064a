rule "dynamodb-capacity-fixed" {
  summary   = "DynamoDB table has fixed capacity"
  principle = "scaling"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Requests above the provisioned capacity are throttled. A table is provisioned unless `billing_mode` says
    otherwise.
  MD
  fix       = "Set `billing_mode = \"PAY_PER_REQUEST\"`, or scale both read and write capacity."
  notice    = "`ReadThrottleEvents` or `WriteThrottleEvents` rises."
  prove     = "Write at twice the provisioned rate to a test table for ten minutes."
  references = [
    "AWS Well-Architected REL07-BP01",
    "AWS Config dynamodb-autoscaling-enabled",
    "Security Hub DynamoDB.1",
    "AWS Trusted Advisor Amazon DynamoDB Auto Scaling Not Enabled",
  ]

  locals {
    # By reference, or by a literal resource_id.
    targets = flatten([
      referrers(self, "scales", "aws_appautoscaling_target"),
      [
        for t in resources("aws_appautoscaling_target") : t
        if length(refs(t.resource_id, "aws_dynamodb_table")) == 0 && self.name != null && t.resource_id == "table/${self.name}"
      ],
    ])
    reads  = [for t in local.targets : t if t.scalable_dimension == "dynamodb:table:ReadCapacityUnits"]
    writes = [for t in local.targets : t if t.scalable_dimension == "dynamodb:table:WriteCapacityUnits"]
  }

  for_each = resources("aws_dynamodb_table")
  unless   = self.hash_key == "LockID" || default(self.billing_mode, "PROVISIONED") != "PROVISIONED"
  when     = length(local.reads) == 0 || length(local.writes) == 0
  at       = "billing_mode"
  message  = "`${self}` throttles what exceeds the capacity it was given"

  label "scales one dimension only" {
    at        = [local.reads, local.writes]
    attribute = "scalable_dimension"
  }

  fails "provisioned by default" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 5
      write_capacity = 5
    }
  }

  fails "only reads scale" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      billing_mode   = "PROVISIONED"
      read_capacity  = 5
      write_capacity = 5
    }

    resource "aws_appautoscaling_target" "reads" {
      service_namespace  = "dynamodb"
      scalable_dimension = "dynamodb:table:ReadCapacityUnits"
      resource_id        = "table/${aws_dynamodb_table.orders.name}"
      min_capacity       = 5
      max_capacity       = 100
    }
  }

  passes "on demand" {
    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      hash_key     = "id"
      billing_mode = "PAY_PER_REQUEST"
    }
  }

  passes "both dimensions scale" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 5
      write_capacity = 5
    }

    resource "aws_appautoscaling_target" "orders" {
      for_each           = toset(["Read", "Write"])
      service_namespace  = "dynamodb"
      scalable_dimension = "dynamodb:table:${each.key}CapacityUnits"
      resource_id        = "table/${aws_dynamodb_table.orders.name}"
      min_capacity       = 5
      max_capacity       = 100
    }
  }

  passes "lock table of a Terraform backend" {
    resource "aws_dynamodb_table" "locks" {
      name           = "terraform-locks"
      hash_key       = "LockID"
      read_capacity  = 1
      write_capacity = 1
    }
  }

  unknown "billing is decided by a variable without default" {
    variable "billing_mode" { type = string }

    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      hash_key     = "id"
      billing_mode = var.billing_mode
    }
  }
}

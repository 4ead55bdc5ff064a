rule "dynamodb-index-capacity-fixed" {
  summary   = "DynamoDB table scales, and one of its indexes does not"
  principle = "scaling"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Every write goes to the indexes as well. When an index is at its capacity, DynamoDB throttles the writes to the table, whatever
    the table itself could take.
  MD
  fix       = "Add scaling targets for the index (`table/<name>/index/<index>`), or set `billing_mode = \"PAY_PER_REQUEST\"`."
  notice    = "`WriteThrottleEvents` of the index rises while the table scales."
  prove     = "Raise the load on a test copy step by step, and compare table and index."
  references = [
    "AWS Well-Architected REL07-BP01",
    "Amazon DynamoDB: provisioned throughput considerations for global secondary indexes",
    "Security Hub DynamoDB.1",
    "AWS Trusted Advisor Amazon DynamoDB Auto Scaling Not Enabled",
  ]

  locals {
    targets = referrers(self, "scales", "aws_appautoscaling_target")
    table   = [for t in local.targets : t if startswith(default(t.scalable_dimension, ""), "dynamodb:table:")]
    fixed = [
      for i in default(self.global_secondary_index, []) : i
      if length([for t in local.targets : t if t.scalable_dimension == "dynamodb:index:WriteCapacityUnits" && endswith(t.resource_id, "/index/${i.name}")]) == 0
    ]
  }

  for_each = resources("aws_dynamodb_table")
  unless   = default(self.billing_mode, "PROVISIONED") != "PROVISIONED"
  when     = length(local.table) > 0 && length(local.fixed) > 0
  at       = "global_secondary_index"
  message  = "`${self}` scales, but is throttled by its index `${local.fixed[0].name}`, which does not"

  label "scales the table only" {
    at        = local.table
    attribute = "scalable_dimension"
  }

  fails "index left out" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 5
      write_capacity = 5

      global_secondary_index {
        name            = "by_customer"
        hash_key        = "customer"
        projection_type = "ALL"
        read_capacity   = 5
        write_capacity  = 5
      }
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

  passes "index scales as well" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 5
      write_capacity = 5

      global_secondary_index {
        name            = "by_customer"
        hash_key        = "customer"
        projection_type = "ALL"
        read_capacity   = 5
        write_capacity  = 5
      }
    }

    resource "aws_appautoscaling_target" "orders" {
      for_each           = toset(["Read", "Write"])
      service_namespace  = "dynamodb"
      scalable_dimension = "dynamodb:table:${each.key}CapacityUnits"
      resource_id        = "table/${aws_dynamodb_table.orders.name}"
      min_capacity       = 5
      max_capacity       = 100
    }

    resource "aws_appautoscaling_target" "by_customer" {
      for_each           = toset(["Read", "Write"])
      service_namespace  = "dynamodb"
      scalable_dimension = "dynamodb:index:${each.key}CapacityUnits"
      resource_id        = "table/${aws_dynamodb_table.orders.name}/index/by_customer"
      min_capacity       = 5
      max_capacity       = 100
    }
  }

  passes "nothing scales, which is another defect" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 5
      write_capacity = 5

      global_secondary_index {
        name            = "by_customer"
        hash_key        = "customer"
        projection_type = "ALL"
        read_capacity   = 5
        write_capacity  = 5
      }
    }
  }

  passes "on demand" {
    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      hash_key     = "id"
      billing_mode = "PAY_PER_REQUEST"

      global_secondary_index {
        name            = "by_customer"
        hash_key        = "customer"
        projection_type = "ALL"
      }
    }
  }

  unknown "indexes that scale are given by the caller" {
    variable "indexes" { type = set(string) }

    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 5
      write_capacity = 5

      global_secondary_index {
        name            = "by_customer"
        hash_key        = "customer"
        projection_type = "ALL"
        read_capacity   = 5
        write_capacity  = 5
      }
    }

    resource "aws_appautoscaling_target" "table" {
      service_namespace  = "dynamodb"
      scalable_dimension = "dynamodb:table:WriteCapacityUnits"
      resource_id        = "table/${aws_dynamodb_table.orders.name}"
      min_capacity       = 5
      max_capacity       = 100
    }

    resource "aws_appautoscaling_target" "index" {
      for_each           = var.indexes
      service_namespace  = "dynamodb"
      scalable_dimension = "dynamodb:index:WriteCapacityUnits"
      resource_id        = "table/${aws_dynamodb_table.orders.name}/index/${each.key}"
      min_capacity       = 5
      max_capacity       = 100
    }
  }
}

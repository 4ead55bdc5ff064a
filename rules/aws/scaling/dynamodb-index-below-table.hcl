rule "dynamodb-index-below-table" {
  summary    = "DynamoDB index has less write capacity than its table"
  principle  = "scaling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    A write to the table is a write to the index too. The smaller index is used up first, and DynamoDB then refuses writes to the
    table, although it has capacity left.
  MD
  fix        = "Give the index at least the `write_capacity` of the table, unless few items have its key."
  notice     = "`WriteThrottleEvents` of the index rises, and writes to the table are throttled with it."
  prove      = "Write at the table's full rate to a test copy, and watch the index."
  references = ["AWS Well-Architected REL07-BP01", "Amazon DynamoDB: provisioned throughput considerations for global secondary indexes"]

  locals {
    small  = [for i in default(self.global_secondary_index, []) : i if i.write_capacity < self.write_capacity]
    scaled = length(referrers(self, "scales")) > 0
  }

  for_each = resources("aws_dynamodb_table")
  unless   = default(self.billing_mode, "PROVISIONED") != "PROVISIONED" || local.scaled
  when     = length(local.small) > 0
  at       = "global_secondary_index"
  message  = "`${self}` can write ${self.write_capacity} units, and its index `${local.small[0].name}` takes ${local.small[0].write_capacity}"

  fails "half of it" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 10
      write_capacity = 10

      global_secondary_index {
        name            = "by_customer"
        hash_key        = "customer"
        projection_type = "ALL"
        read_capacity   = 5
        write_capacity  = 5
      }
    }
  }

  passes "as much" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 10
      write_capacity = 10

      global_secondary_index {
        name            = "by_customer"
        hash_key        = "customer"
        projection_type = "ALL"
        read_capacity   = 5
        write_capacity  = 10
      }
    }
  }

  passes "scaling sets it" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 10
      write_capacity = 10

      global_secondary_index {
        name            = "by_customer"
        hash_key        = "customer"
        projection_type = "ALL"
        read_capacity   = 5
        write_capacity  = 5
      }
    }

    resource "aws_appautoscaling_target" "index" {
      service_namespace  = "dynamodb"
      scalable_dimension = "dynamodb:index:WriteCapacityUnits"
      resource_id        = "table/${aws_dynamodb_table.orders.name}/index/by_customer"
      min_capacity       = 5
      max_capacity       = 100
    }
  }

  unknown "capacity is given by the caller" {
    variable "capacity" { type = number }

    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      hash_key       = "id"
      read_capacity  = 10
      write_capacity = var.capacity

      global_secondary_index {
        name            = "by_customer"
        hash_key        = "customer"
        projection_type = "ALL"
        read_capacity   = 5
        write_capacity  = 5
      }
    }
  }
}

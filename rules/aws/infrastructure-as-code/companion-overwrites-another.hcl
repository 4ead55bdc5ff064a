rule "companion-overwrites-another" {
  summary     = "Two resources write the same setting of one bucket, queue, function or rule"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    AWS keeps one notification, one policy or one lifecycle for each resource, and one target under each id of a rule. The second companion
    replaces what the first wrote, the next apply turns it round, and what one of them wired receives nothing. An `aws_iam_policy_attachment`
    takes the policy from everybody whom it does not list.
  MD
  fix         = "Put both into one resource: several blocks in one notification, several statements in one policy, another `target_id`, `aws_iam_role_policy_attachment` for each role."
  notice      = "Each plan shows a change although nobody changed anything."
  prove       = "Apply twice in a row in a test account: the second plan is not empty."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform AWS provider: aws_s3_bucket_notification", "Terraform AWS provider: aws_iam_policy_attachment"]

  locals {
    subjects = [for s in linked(self, "configures") : "`${s}`"]
    rivals   = companion_rivals(self)
  }

  # Each pair is reported once, at the one that comes later.
  for_each = resources("companion_rivals")
  unless   = length(local.rivals) == 0
  when     = anytrue([for c in local.rivals : sort([address(c), address(self)])[0] != address(self)])
  message  = "`${self}` and `${local.rivals[0]}` overwrite each other on ${companions_alike(self) != null ? "one resource" : default(local.subjects[0], "one policy")}"

  label "writes the same" {
    at = local.rivals
  }

  fails "two notifications of one bucket" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "images" {
      bucket = aws_s3_bucket.uploads.id

      lambda_function {
        lambda_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:thumbnails"
        events              = ["s3:ObjectCreated:*"]
        filter_suffix       = ".png"
      }
    }

    resource "aws_s3_bucket_notification" "orders" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn     = "arn:aws:sqs:eu-west-1:111122223333:orders"
        events        = ["s3:ObjectCreated:*"]
        filter_prefix = "orders/"
      }
    }
  }

  fails "two policies of one queue, by url and by id" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue_policy" "topic" {
      queue_url = aws_sqs_queue.orders.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" }] })
    }

    resource "aws_sqs_queue_policy" "events" {
      queue_url = aws_sqs_queue.orders.id
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" }] })
    }
  }

  fails "a policy for each sender" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue_policy" "orders" {
      for_each  = toset(["sns", "events"])
      queue_url = aws_sqs_queue.orders.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect    = "Allow"
            Action    = "sqs:SendMessage"
            Resource  = aws_sqs_queue.orders.arn
            Principal = { Service = "${each.key}.amazonaws.com" }
          }
        ]
      })
    }
  }

  fails "two configurations for failed calls of one function" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_function_event_invoke_config" "age" {
      function_name                = aws_lambda_function.bill.function_name
      maximum_event_age_in_seconds = 3600
    }

    resource "aws_lambda_function_event_invoke_config" "retries" {
      function_name          = aws_lambda_function.bill.function_name
      maximum_retry_attempts = 1
    }
  }

  fails "two targets with one id" {
    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
    }

    resource "aws_cloudwatch_event_target" "report" {
      rule      = aws_cloudwatch_event_rule.nightly.name
      target_id = "lambda"
      arn       = "arn:aws:lambda:eu-west-1:111122223333:function:report"
    }

    resource "aws_cloudwatch_event_target" "clean" {
      rule      = aws_cloudwatch_event_rule.nightly.name
      target_id = "lambda"
      arn       = "arn:aws:lambda:eu-west-1:111122223333:function:clean"
    }
  }

  fails "two policies of one bus" {
    resource "aws_cloudwatch_event_bus" "shop" {
      name = "shop"
    }

    resource "aws_cloudwatch_event_bus_policy" "stock" {
      event_bus_name = aws_cloudwatch_event_bus.shop.name
      policy         = jsonencode({ Statement = [{ Sid = "stock", Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "events:PutEvents", Resource = "*" }] })
    }

    resource "aws_cloudwatch_event_bus_policy" "billing" {
      event_bus_name = aws_cloudwatch_event_bus.shop.name
      policy         = jsonencode({ Statement = [{ Sid = "billing", Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "events:PutEvents", Resource = "*" }] })
    }
  }

  fails "one policy, attached exclusively twice" {
    resource "aws_iam_policy_attachment" "api" {
      name       = "api"
      roles      = ["api"]
      policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    }

    resource "aws_iam_policy_attachment" "worker" {
      name       = "worker"
      roles      = ["worker"]
      policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    }
  }

  fails "two policies of one repository that stands elsewhere" {
    resource "aws_ecr_lifecycle_policy" "untagged" {
      repository = "web"
      policy     = jsonencode({ rules = [] })
    }

    resource "aws_ecr_lifecycle_policy" "old" {
      repository = "web"
      policy     = jsonencode({ rules = [] })
    }
  }

  fails "two policies of the repository that the caller gives" {
    variable "repository" { type = string }

    resource "aws_ecr_lifecycle_policy" "untagged" {
      repository = var.repository
      policy     = jsonencode({ rules = [] })
    }

    resource "aws_ecr_lifecycle_policy" "old" {
      repository = var.repository
      policy     = jsonencode({ rules = [] })
    }
  }

  passes "policies of two repositories that stand elsewhere" {
    resource "aws_ecr_lifecycle_policy" "untagged" {
      repository = "web"
      policy     = jsonencode({ rules = [] })
    }

    resource "aws_ecr_lifecycle_policy" "old" {
      repository = "api"
      policy     = jsonencode({ rules = [] })
    }
  }

  passes "failed calls of the function and of an alias" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_function_event_invoke_config" "newest" {
      function_name          = aws_lambda_function.bill.function_name
      maximum_retry_attempts = 0
    }

    resource "aws_lambda_function_event_invoke_config" "live" {
      function_name          = aws_lambda_function.bill.function_name
      qualifier              = "live"
      maximum_retry_attempts = 1
    }
  }

  passes "targets that the provider gives ids" {
    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
    }

    resource "aws_cloudwatch_event_target" "nightly" {
      for_each = toset(["report", "clean"])
      rule     = aws_cloudwatch_event_rule.nightly.name
      arn      = "arn:aws:lambda:eu-west-1:111122223333:function:${each.key}"
    }
  }

  passes "one id in each of two rules" {
    resource "aws_cloudwatch_event_rule" "shop" {
      for_each            = toset(["hour", "day"])
      name                = each.key
      schedule_expression = "rate(1 ${each.key})"
    }

    resource "aws_cloudwatch_event_target" "shop" {
      for_each  = aws_cloudwatch_event_rule.shop
      rule      = each.value.name
      target_id = "lambda"
      arn       = "arn:aws:lambda:eu-west-1:111122223333:function:report"
    }
  }

  passes "an exclusive attachment for each of two policies" {
    resource "aws_iam_policy" "shop" {
      for_each = toset(["read", "write"])
      name     = each.key
      policy   = "{}"
    }

    resource "aws_iam_policy_attachment" "shop" {
      for_each   = aws_iam_policy.shop
      name       = each.key
      roles      = ["api"]
      policy_arn = each.value.arn
    }
  }

  passes "one notification with two blocks" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn     = "arn:aws:sqs:eu-west-1:111122223333:orders"
        events        = ["s3:ObjectCreated:*"]
        filter_prefix = "orders/"
      }

      queue {
        queue_arn     = "arn:aws:sqs:eu-west-1:111122223333:images"
        events        = ["s3:ObjectCreated:*"]
        filter_prefix = "images/"
      }
    }
  }

  passes "one policy for each of two queues" {
    resource "aws_sqs_queue" "shop" {
      for_each = toset(["orders", "stock"])
      name     = each.key
    }

    resource "aws_sqs_queue_policy" "shop" {
      for_each  = aws_sqs_queue.shop
      queue_url = each.value.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" }] })
    }
  }

  passes "different settings of one bucket" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_versioning" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      versioning_configuration {
        status = "Enabled"
      }
    }

    resource "aws_s3_bucket_logging" "uploads" {
      bucket        = aws_s3_bucket.uploads.id
      target_bucket = "logs"
      target_prefix = "uploads/"
    }
  }

  passes "either the one or the other" {
    variable "strict" {
      type    = bool
      default = true
    }

    resource "aws_s3_bucket" "uploads" {
      bucket = "acme-uploads"
    }

    resource "aws_s3_bucket_policy" "strict" {
      count  = var.strict ? 1 : 0
      bucket = aws_s3_bucket.uploads.id
      policy = "{}"
    }

    resource "aws_s3_bucket_policy" "loose" {
      count  = var.strict ? 0 : 1
      bucket = aws_s3_bucket.uploads.id
      policy = "{}"
    }
  }

  unknown "which bucket is given by the caller" {
    variable "bucket" { type = string }

    resource "aws_s3_bucket" "uploads" {
      bucket = "acme-uploads"
    }

    resource "aws_s3_bucket_policy" "uploads" {
      bucket = aws_s3_bucket.uploads.id
      policy = "{}"
    }

    resource "aws_s3_bucket_policy" "other" {
      bucket = var.bucket
      policy = "{}"
    }
  }

  unknown "whether there is a second one is given by the caller" {
    variable "images" { type = bool }

    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "orders" {
      bucket = aws_s3_bucket.uploads.id
    }

    resource "aws_s3_bucket_notification" "images" {
      count  = var.images ? 1 : 0
      bucket = aws_s3_bucket.uploads.id
    }
  }
}

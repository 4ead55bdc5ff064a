rule "log-delivery-not-connected" {
  summary     = "Log delivery has a source and leads nowhere"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Delivery through CloudWatch takes three parts: a source, a destination, and the delivery that connects the two. With the last one
    missing everything applies, and not one line arrives.
  MD
  fix         = "Add an `aws_cloudwatch_log_delivery` with the name of the source and the ARN of a destination."
  notice      = "The destination gets nothing, and the source has no delivery in `describe-deliveries`."
  prove       = "Cause an entry, and look for it at the destination."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS CloudWatch Logs User Guide: Logging that requires additional permissions [V2]",
  ]

  for_each = resources("aws_cloudwatch_log_delivery_source")
  when     = length(referrers(self, "configures", "aws_cloudwatch_log_delivery")) == 0
  message  = "no delivery takes the logs of `${self}` anywhere"

  fails "a source and a destination" {
    resource "aws_cloudwatch_log_delivery_source" "site" {
      name         = "site"
      log_type     = "ACCESS_LOGS"
      resource_arn = "arn:aws:cloudfront::111122223333:distribution/E1A2B3C4D5"
    }

    resource "aws_cloudwatch_log_delivery_destination" "bucket" {
      name = "bucket"

      delivery_destination_configuration {
        destination_resource_arn = "arn:aws:s3:::shop-access-logs"
      }
    }
  }

  passes "connected" {
    resource "aws_cloudwatch_log_delivery_source" "site" {
      name         = "site"
      log_type     = "ACCESS_LOGS"
      resource_arn = "arn:aws:cloudfront::111122223333:distribution/E1A2B3C4D5"
    }

    resource "aws_cloudwatch_log_delivery" "site" {
      delivery_source_name     = aws_cloudwatch_log_delivery_source.site.name
      delivery_destination_arn = "arn:aws:logs:us-east-1:444455556666:delivery-destination:central"
    }
  }

  passes "connected by name" {
    resource "aws_cloudwatch_log_delivery_source" "site" {
      name         = "site"
      log_type     = "ACCESS_LOGS"
      resource_arn = "arn:aws:cloudfront::111122223333:distribution/E1A2B3C4D5"
    }

    resource "aws_cloudwatch_log_delivery" "site" {
      delivery_source_name     = "site"
      delivery_destination_arn = "arn:aws:logs:us-east-1:444455556666:delivery-destination:central"
    }
  }

  unknown "whether it is connected is given by the caller" {
    variable "central" { type = string }

    resource "aws_cloudwatch_log_delivery_source" "site" {
      name         = "site"
      log_type     = "ACCESS_LOGS"
      resource_arn = "arn:aws:cloudfront::111122223333:distribution/E1A2B3C4D5"
    }

    resource "aws_cloudwatch_log_delivery" "site" {
      count                    = var.central == "" ? 0 : 1
      delivery_source_name     = aws_cloudwatch_log_delivery_source.site.name
      delivery_destination_arn = var.central
    }
  }
}

rule "acm-certificate-without-expiry-alarm" {
  summary    = "Certificate that nobody renews and whose end nobody hears of"
  principle  = "observability"
  severity   = "warning"
  since      = "0.1.0"
  why        = <<-MD
    An imported certificate is not renewed by AWS, and one that is confirmed by email only if somebody answers. On its last day everything
    behind it is down at once.
  MD
  fix        = "Alarm on `DaysToExpiry` at 44 days or fewer, or validate by DNS."
  references = ["AWS Well-Architected REL06-BP01", "AWS Config acm-certificate-expiration-check", "Amazon CloudWatch User Guide: Recommended alarms"]

  locals {
    # What AWS issues says how it is validated, or by which authority.
    imported = contains(["", "NONE"], default(self.validation_method, "")) && length(refs(self.certificate_authority_arn)) == 0 && default(self.certificate_authority_arn, "") == ""
    used_by  = referrers(self, "refers", "listener", "aws_cloudfront_distribution", "aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name")
  }

  for_each = resources("aws_acm_certificate")
  unless   = is_watched_elsewhere(self) || length(referrers(self, "watches", "aws_cloudwatch_event_rule")) > 0
  when     = (local.imported || self.validation_method == "EMAIL") && length(default(told(self).expiry, [])) == 0
  message  = "`${self}` is not renewed by itself, and nobody is told before it ends: no alarm on DaysToExpiry"

  label "stops with it" {
    at = local.used_by
  }

  fails "imported" {
    resource "aws_acm_certificate" "shop" {
      private_key      = file("shop.key")
      certificate_body = file("shop.pem")
    }
  }

  fails "confirmed by email" {
    resource "aws_acm_certificate" "shop" {
      domain_name       = "shop.example.com"
      validation_method = "EMAIL"
    }
  }

  passes "renewed by DNS" {
    resource "aws_acm_certificate" "shop" {
      domain_name       = "shop.example.com"
      validation_method = "DNS"
    }
  }

  passes "its end is watched" {
    resource "aws_acm_certificate" "shop" {
      private_key      = file("shop.key")
      certificate_body = file("shop.pem")
    }

    resource "aws_cloudwatch_metric_alarm" "expiry" {
      alarm_name  = "shop-certificate"
      namespace   = "AWS/CertificateManager"
      metric_name = "DaysToExpiry"
      dimensions = {
        CertificateArn = aws_acm_certificate.shop.arn
      }
    }
  }

  passes "a rule hears of it" {
    resource "aws_acm_certificate" "shop" {
      domain_name       = "shop.example.com"
      validation_method = "EMAIL"
    }

    resource "aws_cloudwatch_event_rule" "expiry" {
      name          = "certificate-expires"
      event_pattern = jsonencode({ source = ["aws.acm"], detail-type = ["ACM Certificate Approaching Expiration"] })
    }
  }

  unknown "validation is given by the caller" {
    variable "method" { type = string }

    resource "aws_acm_certificate" "shop" {
      domain_name       = "shop.example.com"
      validation_method = var.method
    }
  }
}

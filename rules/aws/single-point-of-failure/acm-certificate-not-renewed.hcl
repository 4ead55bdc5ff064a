rule "acm-certificate-not-renewed" {
  summary   = "Certificate that is not renewed by itself, and whose end nobody hears of"
  principle = "single-point-of-failure"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    When the certificate expires, every connection to what uses it fails at once. One that was validated by mail waits for somebody to click a link, and
    an imported one for somebody to import the next.
  MD
  fix       = "Validate by DNS (`validation_method = \"DNS\"`) and leave the record in place, and ACM renews the certificate; else alarm on `DaysToExpiry` at 44 days or fewer."
  notice    = "`DaysToExpiry` falls below 30."
  prove     = "Serve a test name with an expired certificate, and see who notices first."
  references = [
    "AWS Well-Architected REL06-BP03",
    "AWS Certificate Manager User Guide: Renewal for domains validated by email",
    "AWS Config acm-certificate-expiration-check",
    "Security Hub ACM.1",
  ]

  locals {
    # What another resource makes is made again by an apply.
    made     = length([for n in refs(self.certificate_body) : n if !startswith(address(n), "data.")]) > 0
    imported = default(self.certificate_body, "") != ""
  }

  for_each = resources("aws_acm_certificate")
  unless = (
    is_watched_elsewhere(self)
    || length(referrers(self, "watches", "aws_cloudwatch_event_rule")) > 0
    || length(default(told(self).expiry, [])) > 0
  )

  defect "by mail" {
    when    = self.validation_method == "EMAIL"
    at      = "validation_method"
    message = "`${self}` expires unless somebody answers a mail in time, and no alarm on DaysToExpiry reminds them"
  }

  defect "imported" {
    when    = local.imported && !local.made
    at      = "certificate_body"
    message = "`${self}` is imported: it expires unless somebody imports the next one in time, and no alarm on DaysToExpiry reminds them"
  }

  label "stops with it" {
    at = referrers(self, "refers", "listener", "aws_cloudfront_distribution", "aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name")
  }

  fails "by mail" {
    resource "aws_acm_certificate" "shop" {
      domain_name       = "shop.example.com"
      validation_method = "EMAIL"
    }
  }

  fails "imported from a file" {
    resource "aws_acm_certificate" "shop" {
      certificate_body = "-----BEGIN CERTIFICATE-----"
      private_key      = "from-a-vault"
    }
  }

  passes "by DNS" {
    resource "aws_acm_certificate" "shop" {
      domain_name       = "shop.example.com"
      validation_method = "DNS"
    }
  }

  passes "another resource makes it" {
    resource "aws_acmpca_certificate" "internal" {
      certificate_authority_arn   = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1"
      certificate_signing_request = "-----BEGIN CERTIFICATE REQUEST-----"
      signing_algorithm           = "SHA256WITHRSA"

      validity {
        type  = "YEARS"
        value = 1
      }
    }

    resource "aws_acm_certificate" "internal" {
      certificate_body = aws_acmpca_certificate.internal.certificate
      private_key      = "from-a-vault"
    }
  }

  passes "a private authority" {
    resource "aws_acm_certificate" "internal" {
      domain_name               = "api.shop.internal"
      certificate_authority_arn = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1"
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

  unknown "decided by a variable without default" {
    variable "validation" { type = string }

    resource "aws_acm_certificate" "shop" {
      domain_name       = "shop.example.com"
      validation_method = var.validation
    }
  }
}

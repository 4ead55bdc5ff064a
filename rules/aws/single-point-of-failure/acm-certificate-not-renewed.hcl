rule "acm-certificate-not-renewed" {
  summary   = "Certificate is not renewed by itself"
  principle = "single-point-of-failure"
  severity  = "warning"
  since     = "0.1.0"
  why       = <<-MD
    When the certificate expires, every connection to what uses it fails at once. One that was validated by mail waits for somebody to click a link, and
    an imported one for somebody to import the next.
  MD
  fix       = "Validate by DNS (`validation_method = \"DNS\"`) and leave the record in place; ACM renews the certificate then."
  references = [
    "AWS Certificate Manager User Guide: Renewal for domains validated by email",
    "Security Hub ACM.1",
  ]

  locals {
    # What another resource makes is made again by an apply.
    made     = length([for n in refs(self.certificate_body) : n if !startswith(address(n), "data.")]) > 0
    imported = default(self.certificate_body, "") != "" && default(self.certificate_authority_arn, "") == ""
  }

  for_each = resources("aws_acm_certificate")

  defect "by mail" {
    when    = self.validation_method == "EMAIL"
    at      = "validation_method"
    message = "`${self}` expires unless somebody answers a mail each year"
  }

  defect "imported" {
    when    = local.imported && !local.made
    at      = "certificate_body"
    message = "`${self}` is imported: it expires unless somebody imports the next one in time"
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

  unknown "decided by a variable without default" {
    variable "validation" { type = string }

    resource "aws_acm_certificate" "shop" {
      domain_name       = "shop.example.com"
      validation_method = var.validation
    }
  }
}

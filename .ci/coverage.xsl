<?xml version="1.0"?>
<!-- One line out of JaCoCo's report: the share of lines and branches that the unit tests run. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>
  <xsl:template match="/report">
    <xsl:text>Coverage by unit tests: </xsl:text>
    <xsl:apply-templates select="counter[@type='LINE']"/>
    <xsl:text> of lines, </xsl:text>
    <xsl:apply-templates select="counter[@type='BRANCH']"/>
    <xsl:text> of branches</xsl:text>
  </xsl:template>
  <xsl:template match="counter">
    <xsl:value-of select="format-number(@covered div (@covered + @missed), '0.0 %')"/>
  </xsl:template>
</xsl:stylesheet>
